import { BaleError, type BlobReadOptions, type ByteRange, type Digest } from "@bale/spec";
import { exchangeName, type RegistryExchange } from "../registry/registry-exchange.js";
import { checkAborted } from "../retry-pause.js";
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
 * `read` of the contract, over one connection: `BlobStore` goes on where it broke. The registry is asked each time, so that an expired redirect
 * is renewed.
 * @throws BaleError `BLOB_MISSING`, `RANGE_INVALID`, `TRUNCATED`, and what the connection met
 */
export async function* readBlob(
  exchange: RegistryExchange,
  digest: Digest,
  options: BlobReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const { range, signal } = options;
  checkAborted(signal);
  let at = range?.start ?? 0;
  // HTTP has no range of no bytes.
  if (range?.endExclusive !== undefined && range.endExclusive <= at) return;
  const { bytes, endExclusive } = await openFrom(exchange, digest, range, signal);
  for await (const chunk of bytes) {
    at += chunk.length;
    if (endExclusive !== undefined && at > endExclusive)
      throw rangeInvalid(exchange, digest, "more bytes came than were announced");
    yield chunk;
  }
  if (endExclusive === undefined || at === endExclusive) return;
  throw new BaleError({
    code: "TRUNCATED",
    message: `a blob of ${exchangeName(exchange)} ended too early`,
    why: `the last byte that came was number ${at} of ${endExclusive}`,
    context: { repository: exchangeName(exchange), digest },
  });
}
