import { type ContentRange, parseContentRange } from "@bale/http";
import { BaleError, type ByteRange, type ByteStream } from "@bale/spec";
import { AnswerBody } from "./api/answer-body.js";
import type { Connection } from "./api/connect.js";
import type { Bucket, SendOptions } from "./api/open-bucket.js";

/** The answer to one GET. */
export interface ObjectPart {
  /** Where `bytes` begin and end in the object. */
  readonly start: number;
  readonly end: number;
  /** Size of the whole object. */
  readonly total: number;
  /** Must be read or broken out of. */
  readonly bytes: ByteStream;
}

export function wrongPart(key: string, why: string): BaleError {
  return new BaleError({
    code: "RANGE_INVALID",
    message: `GetObject of ${key} brought another part than the one asked for`,
    why,
    context: { key },
  });
}

async function* counted(bytes: ByteStream, key: string, expected: number): ByteStream {
  let received = 0;
  for await (const chunk of bytes) {
    received += chunk.length;
    if (received > expected) throw wrongPart(key, `more than the announced ${expected} bytes came`);
    yield chunk;
  }
  if (received < expected)
    throw new BaleError({
      code: "TRUNCATED",
      message: `GetObject of ${key} ended early`,
      why: `${received} of ${expected} bytes came`,
      context: { key },
    });
}

/** Lets go of a connection whose answer is of no use. */
export async function abandon(bytes: ByteStream): Promise<void> {
  for await (const chunk of bytes) if (chunk) break;
}

/** What is wrong with the part that an answer brings, if anything. An object that ends within the range is no fault of the answer. */
function problem(got: ContentRange, range: ByteRange): string | undefined {
  if (got.total === undefined) return "the size of the object is not told";
  const end = Math.min(range.endExclusive ?? got.total, got.total);
  return got.start === range.start && got.endExclusive === end
    ? undefined
    : `asked for bytes ${range.start} to ${end} of ${got.total}, got ${got.start} to ${got.endExclusive}`;
}

async function getObject(
  { sdk, client, base }: Connection,
  options: SendOptions,
  key: string,
  range: ByteRange | undefined,
): Promise<ObjectPart> {
  const last = range?.endExclusive === undefined ? "" : range.endExclusive - 1;
  const output = await client.send(
    new sdk.GetObjectCommand({
      ...base,
      Key: key,
      ...(range ? { Range: `bytes=${range.start}-${last}` } : {}),
    }),
    options,
  );
  if (!(output.Body instanceof AnswerBody)) throw wrongPart(key, "the answer has no body");
  const { bytes } = output.Body;
  const got = range && parseContentRange(output.ContentRange);
  const why = got ? problem(got, range) : output.ContentLength === undefined ? "it has no length" : undefined;
  if (why !== undefined) {
    await abandon(bytes);
    throw wrongPart(key, why);
  }
  const start = got?.start ?? 0;
  const end = got?.endExclusive ?? output.ContentLength ?? 0;
  return { start, end, total: got?.total ?? end, bytes: counted(bytes, key, end - start) };
}

/**
 * Asks for a part of an object, or for all of it. A server that knows no ranges answers with all; `start` and `end` tell.
 * @throws BaleError `RANGE_INVALID` for any other part than the one asked for; what `ask` throws
 */
export async function requestPart(
  bucket: Bucket,
  key: string,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): Promise<ObjectPart> {
  return bucket.ask({ operation: "GetObject", key, signal }, (connection, options) =>
    getObject(connection, options, key, range),
  );
}

/** The same, with all of its bytes in memory: a transfer that breaks is repeated like a request that fails. */
export async function fetchPart(
  bucket: Bucket,
  key: string,
  range: { readonly start: number; readonly endExclusive: number },
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  return bucket.ask({ operation: "GetObject", key, signal }, async (connection, options) => {
    const part = await getObject(connection, options, key, range);
    if (part.start !== range.start || part.end !== range.endExclusive) {
      await abandon(part.bytes);
      throw wrongPart(key, `the object has ${part.total} bytes now`);
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.bytes) chunks.push(chunk);
    return chunks;
  });
}
