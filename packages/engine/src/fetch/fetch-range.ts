import type { FileRow } from "@bale/spec";
import type { FileSink } from "../ports.js";
import { type ByteReader, createByteReader } from "./byte-reader.js";
import { indexIsWrong, isMismatch } from "./damage.js";
import { DECODED_AT_ONCE, decodeMembers, decodeStream } from "./decode-members.js";
import type { RangePlan, Segment, SegmentUse } from "./plan-ranges.js";
import { type CountBytes, counted, type StoreOf } from "./read-extents.js";

// Members of small files are decoded in one piece; larger data goes through as a stream.
const BUFFERED = 1024 * 1024;

export interface RangeCall {
  readonly storeOf: StoreOf;
  readonly sink: FileSink;
  readonly signal: AbortSignal;
  readonly count: CountBytes;
  /** Told of each request. */
  readonly onRequest: () => void;
}
/** How far a range has come; it outlives a second reading. */
interface Delivery {
  readonly done: Set<FileRow>;
  /** Files that share a large segment with the first of them: each is read by itself afterwards, since a stream goes to one file only. */
  readonly alone: FileRow[];
}
/** A file whose bytes were not the promised ones. */
interface Suspect {
  readonly use: SegmentUse;
  readonly error: unknown;
}

function isLarge(segment: Segment, needed: number): boolean {
  return segment.length > BUFFERED || (segment.member && needed > DECODED_AT_ONCE);
}

async function deliver(
  segment: Segment,
  reader: ByteReader,
  call: RangeCall,
  delivery: Delivery,
): Promise<Suspect | undefined> {
  const uses = segment.uses.filter((use) => !delivery.done.has(use.row));
  const needed = uses.reduce((most, use) => Math.max(most, use.skip + use.take), 0);
  const [first] = uses;
  if (!first) return undefined;
  const write = async (use: SegmentUse, content: Parameters<FileSink["write"]>[1]): Promise<void> => {
    await call.sink.write(use.row, content, { signal: call.signal });
    delivery.done.add(use.row);
  };
  let at = first;
  try {
    if (isLarge(segment, needed)) {
      const stored = reader.stream(segment.length);
      await write(first, segment.member ? decodeStream(stored, first.skip, first.take) : stored);
      delivery.alone.push(...uses.slice(1).map((use) => use.row));
      return undefined;
    }
    const stored = await reader.take(segment.length);
    const decoded = segment.member ? await decodeMembers(stored, needed) : stored;
    for (const use of uses) {
      at = use;
      await write(use, decoded.subarray(use.skip, use.skip + use.take));
    }
    return undefined;
  } catch (error) {
    // What the stream threw is about the blob, not about this file.
    if (!isMismatch(error) || reader.failure() === error) throw error;
    return { use: at, error };
  }
}

async function readRange(
  range: RangePlan,
  call: RangeCall,
  delivery: Delivery,
): Promise<Suspect | undefined> {
  const { blob, start, end, whole } = range;
  const { signal } = call;
  const store = await call.storeOf(blob);
  call.onRequest();
  const wanted = whole ? { signal } : { signal, range: { start, endExclusive: end } };
  const reader = createByteReader(counted(store.get(blob, wanted), call.count));
  try {
    let suspect: Suspect | undefined;
    for (const segment of range.segments) {
      await reader.skip(segment.offset - start - reader.position());
      suspect = await deliver(segment, reader, call, delivery);
      if (suspect) break;
    }
    // The last step is where a store checks the digest of a whole blob, and where a connection becomes free again.
    if (whole || !suspect) {
      await reader.skip(end - start - reader.position());
      await reader.finish();
    }
    return suspect;
  } finally {
    await reader.close();
  }
}

/** Reads a range; bytes of a whole blob that turn out to be the wrong ones are no answer, and ask for a second reading. */
async function readOnce(
  range: RangePlan,
  call: RangeCall,
  delivery: Delivery,
): Promise<Suspect | "damaged" | undefined> {
  try {
    return await readRange(range, call, delivery);
  } catch (error) {
    if (range.whole && isMismatch(error)) return "damaged";
    throw error;
  }
}

/**
 * One request, and the files in it. When bytes are wrong, the whole blob is fetched and checked once more: damage on the way is repaired
 * by that, and else the error says whether the blob or the index is damaged. Answers the files that it left for later.
 */
export async function fetchRange(
  range: RangePlan,
  call: RangeCall,
): Promise<{ readonly files: number; readonly alone: readonly FileRow[] }> {
  const delivery: Delivery = { done: new Set(), alone: [] };
  let suspect = await readOnce(range, call, delivery);
  if (suspect === "damaged" || (suspect && !range.whole)) {
    const alone = new Set(delivery.alone);
    const again = range.segments.filter(({ uses }) =>
      uses.some(({ row }) => !delivery.done.has(row) && !alone.has(row)),
    );
    suspect = await readRange(
      { ...range, start: 0, end: range.blob.size, whole: true, segments: again },
      call,
      delivery,
    );
  }
  if (suspect) throw indexIsWrong(suspect.use.row, suspect.error);
  return { files: delivery.done.size, alone: delivery.alone };
}
