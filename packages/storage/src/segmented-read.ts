import { BaleError, type ByteRange, type ByteStream } from "@bale/spec";
import type { SegmentRoom } from "./segment-room.js";

/** What a backend answered to a range: bytes from `start` up to `end` of a blob of `total` bytes. */
export interface BlobPart {
  readonly start: number;
  readonly end: number;
  readonly total: number;
  readonly bytes: ByteStream;
  /** Lets go of bytes that nobody reads. */
  readonly abandon: () => Promise<void>;
}
/** Both bounds are known. */
export interface Segment {
  readonly start: number;
  readonly endExclusive: number;
}
export interface SegmentedRead {
  /** @throws BaleError `RANGE_INVALID` where no byte of the range is in the blob */
  readonly fetch: (range: Segment, signal: AbortSignal | undefined) => Promise<BlobPart>;
  readonly room: SegmentRoom;
  /** Bytes of one request. */
  readonly segmentBytes: number;
  readonly range?: ByteRange | undefined;
  readonly signal?: AbortSignal | undefined;
}

function rangeInvalid(why: string): BaleError {
  return new BaleError({
    code: "RANGE_INVALID",
    message: "the part of a blob that was asked for is not what came",
    why,
  });
}

async function checkPart(part: BlobPart, start: number, end: number): Promise<BlobPart> {
  if (part.start === start && part.end === end) return part;
  await part.abandon();
  throw rangeInvalid(`asked for ${start} to ${end}, got ${part.start} to ${part.end} of ${part.total} bytes`);
}

async function fetchFirst(read: SegmentedRead): Promise<BlobPart | undefined> {
  const { fetch, range, segmentBytes, signal } = read;
  const start = range?.start ?? 0;
  const limit = range?.endExclusive ?? Number.POSITIVE_INFINITY;
  if (!(start >= 0 && start < limit)) throw rangeInvalid(`asked for ${start} to ${limit}`);
  let part: BlobPart;
  try {
    part = await fetch({ start, endExclusive: Math.min(start + segmentBytes, limit) }, signal);
  } catch (error) {
    // No range is satisfied by a blob of no bytes (RFC 9110 section 15.5.17).
    if (range || !BaleError.is(error, "RANGE_INVALID")) throw error;
    return undefined;
  }
  // Who asks for all of it can use an answer of a server that knows no ranges.
  const isWhole = part.start === 0 && part.end === part.total && start === 0 && limit >= part.total;
  if (limit !== Number.POSITIVE_INFINITY && limit > part.total) {
    await part.abandon();
    throw rangeInvalid(`asked for ${start} to ${limit} of ${part.total} bytes`);
  }
  return isWhole ? part : checkPart(part, start, Math.min(start + segmentBytes, limit, part.total));
}

/** The bytes of a part, or an error behind the last good one: what follows must not take the place of what is missing. */
async function* exactly({ bytes, end, start }: BlobPart): ByteStream {
  let received = 0;
  for await (const chunk of bytes) {
    received += chunk.length;
    if (received > end - start) break;
    yield chunk;
  }
  if (received === end - start) return;
  throw new BaleError({
    code: received > end - start ? "RANGE_INVALID" : "TRUNCATED",
    message: "a part of a blob has another length than was announced",
    why: `${received} of ${end - start} bytes came`,
  });
}

async function collect(bytes: ByteStream): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return chunks;
}

/**
 * A blob, or exactly a range of it, over several connections where it is large: services bound the rate of each. Segments are fetched
 * ahead while there is room for them, and handed out in order.
 * @throws BaleError `RANGE_INVALID`, `TRUNCATED`, and what `fetch` throws
 */
export async function* segmentedRead(read: SegmentedRead): ByteStream {
  const { fetch, range, room, segmentBytes, signal } = read;
  const first = await fetchFirst(read);
  if (!first) return;
  const end = range?.endExclusive ?? first.total;
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const ahead: Promise<readonly Uint8Array[]>[] = [];
  let planned = first.end;
  const open = async (): Promise<BlobPart> => {
    const start = planned;
    planned = Math.min(start + segmentBytes, end);
    const endExclusive = planned;
    return checkPart(await fetch({ start, endExclusive }, either), start, endExclusive);
  };
  const fill = (): void => {
    while (planned < end && room.tryTake()) {
      const fetching = open().then((part) => collect(exactly(part)));
      // Awaited in its turn; until then a failure is nobody's.
      fetching.catch(() => {});
      ahead.push(fetching);
    }
  };
  try {
    fill();
    yield* exactly(first);
    for (;;) {
      const [next] = ahead;
      if (next) {
        for (const chunk of await next) {
          signal?.throwIfAborted();
          yield chunk;
        }
        ahead.shift();
        room.giveBack();
      } else if (planned < end) yield* exactly(await open());
      else return;
      fill();
    }
  } finally {
    stop.abort();
    for (const _ of ahead) room.giveBack();
  }
}
