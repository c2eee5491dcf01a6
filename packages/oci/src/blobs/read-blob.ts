import { BaleError, type BlobReadOptions, type ByteRange, type Digest } from "@bale/spec";
import { exchangeName, type RegistryExchange } from "../registry/registry-exchange.js";
import { checkAborted, mayPassLater, pauseBeforeRetry } from "../retry-pause.js";
import { type OpenedBlob, openBlob, rangeInvalid } from "./open-blob.js";
import { statBlob } from "./stat-blob.js";

/** As `openBlob`; ggcr answers 416 to a range without an end, so the end is then looked up. */
async function openFrom(
  exchange: RegistryExchange,
  digest: Digest,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenedBlob> {
  try {
    return await openBlob(exchange, { digest, range, signal });
  } catch (error) {
    if (!BaleError.is(error, "RANGE_INVALID") || range === undefined || range.endExclusive !== undefined)
      throw error;
    const size = (await statBlob(exchange, digest, { signal }))?.size;
    if (size === undefined || range.start >= size) throw error;
    return openBlob(exchange, { digest, range: { start: range.start, endExclusive: size }, signal });
  }
}

/**
 * `read` of the contract. When the connection breaks in the body, the rest is asked for from where it broke: content addressing makes
 * the second answer the same content, and its total is compared. The registry is asked each time, so an expired redirect is renewed.
 */
export async function* readBlob(
  exchange: RegistryExchange,
  digest: Digest,
  options: BlobReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const { range, signal } = options;
  const start = range?.start ?? 0;
  const endExclusive = range?.endExclusive;
  if (endExclusive !== undefined && endExclusive <= start) return;
  let received = 0;
  let total: number | undefined;
  let fruitless = 0;
  for (;;) {
    checkAborted(signal);
    const from = start + received;
    const rest = range || received > 0 ? { start: from, endExclusive: endExclusive ?? total } : undefined;
    const opened = await openFrom(exchange, digest, rest, signal);
    if (total !== undefined && opened.total !== undefined && opened.total !== total)
      throw rangeInvalid(exchange, digest, `the blob was ${total} bytes long, and then ${opened.total}`);
    total ??= opened.total;
    const end = opened.endExclusive;
    const before = received;
    try {
      for await (const chunk of opened.bytes) {
        received += chunk.length;
        if (end !== undefined && start + received > end)
          throw rangeInvalid(exchange, digest, "more bytes came than were announced");
        yield chunk;
      }
      if (end === undefined || start + received === end) return;
      throw new BaleError({
        code: "TRUNCATED",
        message: `a blob of ${exchangeName(exchange)} ended too early`,
        why: `${start + received} of ${end} bytes came`,
        context: { repository: exchangeName(exchange), digest },
      });
    } catch (error) {
      fruitless = received > before ? 0 : fruitless + 1;
      if (!mayPassLater(error) || fruitless >= exchange.tries) throw error;
      exchange.log("debug", "a download broke and is resumed", { digest, at: start + received });
      // All bytes had come when it broke.
      if (end !== undefined && start + received === end) return;
      await pauseBeforeRetry({ attempt: fruitless + 1, error }, exchange.pauseMs, signal);
    }
  }
}
