import type { AnswerBody } from "../answer.js";
import type { Delivery } from "../faults/delivery.js";

/** One write, and the wait that comes before it. */
export interface DeliveryStep {
  readonly bytes: Uint8Array;
  readonly waitFirst?: { readonly milliseconds: number | undefined };
}

/** A trickle is cut into this many writes a second. */
const writesPerSecond = 20;

/** Cuts a body into writes such that stalls, ends and pace fall on the exact byte. */
export async function* splitForDelivery(
  body: AnswerBody | undefined,
  delivery: Delivery,
): AsyncGenerator<DeliveryStep> {
  const size = body?.size ?? 0;
  const stop = Math.min(delivery.resetAfterBytes ?? size, delivery.endAfterBytes ?? size, size);
  const stallAt = delivery.stall?.afterBytes ?? 0;
  const pace = delivery.bytesPerSecond;
  const largest = pace === undefined ? size : Math.max(1, Math.floor(pace / writesPerSecond));
  let position = 0;
  if (stop === 0) return;
  for await (const chunk of body?.open() ?? []) {
    let rest = chunk;
    while (rest.length > 0) {
      const boundary = position < stallAt ? Math.min(stallAt, stop) : stop;
      const bytes = rest.subarray(0, Math.min(boundary - position, largest));
      const stalled =
        position === stallAt && stallAt > 0 ? { milliseconds: delivery.stall?.milliseconds } : undefined;
      const paced = pace === undefined ? undefined : { milliseconds: (bytes.length / pace) * 1000 };
      const waitFirst = stalled ?? paced;
      yield waitFirst === undefined ? { bytes } : { bytes, waitFirst };
      position += bytes.length;
      rest = rest.subarray(bytes.length);
      if (position >= stop) return;
    }
  }
}
