import type { ByteStream } from "@bale/spec";
import { createLimiter, createPlaces } from "../limiter.js";
import type { BlobLayer } from "./blob-layer.js";
import { layeredDriver } from "./layered-driver.js";

export interface LimitOptions {
  /** Most reads at once, and most other calls at once; default: what the driver names, else 8. */
  readonly concurrency?: number | undefined;
}

/**
 * Bounds the calls that run at once. Reads have places of their own, held until their loop ends: a copy that reads and writes through one
 * driver would else wait for itself.
 */
export function limitLayer(options: LimitOptions = {}): BlobLayer {
  return (inner) => {
    const count = options.concurrency ?? inner.limits.concurrency ?? 8;
    const takeRead = createPlaces(count);
    const limited = createLimiter(count);
    const { deletion, mounting } = inner;
    async function* read(...call: Parameters<typeof inner.read>): ByteStream {
      const giveBack = await takeRead();
      try {
        yield* inner.read(...call);
      } finally {
        giveBack();
      }
    }
    return layeredDriver(inner, {
      limits: { ...inner.limits, concurrency: count },
      stat: (...call) => limited(() => inner.stat(...call)),
      read,
      write: (...call) => limited(() => inner.write(...call)),
      deletion: deletion && { delete: (...call) => limited(() => deletion.delete(...call)) },
      mounting: mounting && { mount: (...call) => limited(() => mounting.mount(...call)) },
    });
  };
}
