import { BaleError, type BlobReadOptions, type ByteStream } from "@bale/spec";
import type { Bucket } from "./api/open-bucket.js";
import { abandon, fetchPart, type ObjectPart, requestPart, wrongPart } from "./read-part.js";
import { SEGMENT, type SegmentRoom } from "./segment-room.js";

export interface ReadPlace {
  readonly bucket: Bucket;
  readonly room: SegmentRoom;
  readonly key: string;
}

/** The first segment; its answer tells the size of the object. */
async function openFirst(place: ReadPlace, options: BlobReadOptions): Promise<ObjectPart> {
  const { bucket, key } = place;
  const { range, signal } = options;
  const start = range?.start ?? 0;
  const endExclusive = Math.min(start + SEGMENT, range?.endExclusive ?? Number.POSITIVE_INFINITY);
  try {
    return await requestPart(bucket, key, { start, endExclusive }, signal);
  } catch (error) {
    // No range is satisfied by an object of no bytes (RFC 9110 section 15.5.17).
    if (range || !BaleError.is(error, "RANGE_INVALID")) throw error;
    return requestPart(bucket, key, undefined, signal);
  }
}

/** The rest of a large read: segments are fetched ahead while there is room for them, and handed out in order. */
async function* readRest(
  { bucket, room, key }: ReadPlace,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): ByteStream {
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const ahead: Promise<readonly Uint8Array[]>[] = [];
  let planned = start;
  const plan = (): { readonly start: number; readonly endExclusive: number } => {
    const from = planned;
    planned = Math.min(planned + SEGMENT, end);
    return { start: from, endExclusive: planned };
  };
  const fill = (): void => {
    while (planned < end && room.tryTake()) {
      const fetching = fetchPart(bucket, key, plan(), both);
      // Awaited in its turn; until then a failure is nobody's.
      fetching.catch(() => {});
      ahead.push(fetching);
    }
  };
  try {
    fill();
    // The caller asks for the first of these when it has taken the segment before.
    for (;;) {
      const [next] = ahead;
      if (next) {
        for (const chunk of await next) {
          signal?.throwIfAborted();
          yield chunk;
        }
        ahead.shift();
        room.giveBack();
      } else if (planned < end) {
        const { bytes } = await requestPart(bucket, key, plan(), signal);
        yield* bytes;
      } else return;
      fill();
    }
  } finally {
    stop.abort();
    for (const _ of ahead) room.giveBack();
  }
}

/**
 * A blob, or exactly the range asked for. What is larger than a segment comes over several connections, since S3 bounds the rate of each.
 * @throws BaleError `RANGE_INVALID`, `TRUNCATED`, and what `ask` throws
 */
export async function* readObject(place: ReadPlace, options: BlobReadOptions = {}): ByteStream {
  const { range, signal } = options;
  if (range?.endExclusive !== undefined && range.endExclusive <= range.start) return;
  const first = await openFirst(place, options);
  const { key } = place;
  const start = range?.start ?? 0;
  const end = range?.endExclusive ?? first.total;
  if (first.start !== start || end > first.total || first.end > end) {
    await abandon(first.bytes);
    throw wrongPart(
      key,
      `asked for ${start} to ${end} of ${first.total} bytes, got ${first.start} to ${first.end}`,
    );
  }
  if (first.end === end) {
    yield* first.bytes;
    return;
  }
  const rest = readRest(place, first.end, end, signal)[Symbol.asyncIterator]();
  // Begins to fetch ahead now; its first bytes are asked for only when those before them are gone.
  const second = rest.next();
  second.catch(() => {});
  try {
    yield* first.bytes;
    for (let step = await second; !step.done; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}
