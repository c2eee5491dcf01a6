import { parseContentRange } from "@bale/http";
import {
  BaleError,
  type BlobReadOptions,
  type ByteRange,
  type ByteStream,
  type HttpResponse,
} from "@bale/spec";
import { type AzureClient, READ } from "./api/azure-client.js";

function rangeInvalid(why: string): BaleError {
  return new BaleError({
    code: "RANGE_INVALID",
    message: "the part of a blob that was asked for is not there",
    why,
  });
}

function rangeHeader({ start, endExclusive }: ByteRange): string {
  return `bytes=${start}-${endExclusive === undefined ? "" : endExclusive - 1}`;
}

/** Whether an answer is exactly the range: a service cuts one that ends behind the end. */
function isRange(response: HttpResponse, { start, endExclusive }: ByteRange): boolean {
  const found = parseContentRange(response.headers["content-range"]);
  if (response.status !== 206 || found?.start !== start) return false;
  return endExclusive === undefined
    ? found.total === undefined || found.endExclusive === found.total
    : found.endExclusive === endExclusive;
}

/** A blob, or exactly the range asked for. */
export async function* readBlob(
  client: AzureClient,
  name: string,
  options: BlobReadOptions = {},
): ByteStream {
  const { range, signal } = options;
  signal?.throwIfAborted();
  if (range && !(range.start >= 0 && range.start < (range.endExclusive ?? Number.POSITIVE_INFINITY)))
    throw rangeInvalid(`asked for ${range.start} to ${range.endExclusive}`);
  const response = await client.ask({
    method: "GET",
    name,
    actions: READ,
    accept: range ? [200, 206] : [200],
    headers: range ? { range: rangeHeader(range) } : undefined,
    signal,
  });
  if (range && !isRange(response, range)) {
    await response.discard();
    throw rangeInvalid(
      `asked for ${rangeHeader(range)}, got ${response.headers["content-range"] ?? `status ${response.status}`}`,
    );
  }
  yield* response.body;
}
