import {
  BaleError,
  type BlobReadOptions,
  type ByteRange,
  type ByteStream,
  type HttpResponse,
} from "@bale/spec";
import type { Requests } from "./requests.js";

function wrongRange(why: string): BaleError {
  return new BaleError({ code: "RANGE_INVALID", message: "the WebDAV server gave another range", why });
}

/** Whether an answer is exactly the range that was asked for (RFC 9110, section 14.4). */
function checkRange({ status, headers }: HttpResponse, { start, endExclusive }: ByteRange): void {
  if (status !== 206) throw wrongRange(`the answer has status ${status}`);
  const given = headers["content-range"] ?? "";
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(given);
  const [first, last, size] = (match ?? []).slice(1).map(Number);
  const wanted = (endExclusive ?? size ?? 0) - 1;
  if (first !== start || last !== wanted) throw wrongRange(`it is ${JSON.stringify(given)}`);
}

function rangeHeader({ start, endExclusive }: ByteRange): string {
  return `bytes=${start}-${endExclusive === undefined ? "" : endExclusive - 1}`;
}

/** Bytes of a file, or exactly the range asked for. A missing file fails at the first step. */
export async function* read(
  requests: Requests,
  path: string,
  { range, signal }: BlobReadOptions,
): ByteStream {
  const answer = await requests.send("GET", path, {
    signal,
    accept: range ? [200, 206, 416] : [200],
    headers: range ? { range: rangeHeader(range) } : {},
  });
  try {
    if (range) checkRange(answer, range);
    yield* answer.body;
  } finally {
    await answer.discard();
  }
}
