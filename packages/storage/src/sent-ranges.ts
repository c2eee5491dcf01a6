import type { ByteStream, Digest, Hasher } from "@bale/spec";

/** Bytes that were handed out, and what they hashed to. */
export interface SentRange {
  readonly start: number;
  readonly end: number;
  readonly digest: Digest;
}

/** Whether ranges, in any order, leave no gap before `size`. */
export function rangesCover(ranges: Iterable<SentRange>, size: number): boolean {
  let reached = 0;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (start > reached) return false;
    reached = Math.max(reached, end);
  }
  return reached >= size;
}

/** Reads a stream once and compares it with all that was sent of it. `differing`: ranges that are not its bytes. */
export async function compareRanges(
  stream: ByteStream,
  ranges: Iterable<SentRange>,
  hasher: Hasher,
): Promise<{ readonly digest: Digest; readonly differing: readonly SentRange[] }> {
  const whole = hasher.begin();
  const pending = [...ranges]
    .sort((a, b) => a.start - b.start)
    .map((range) => ({ range, hash: hasher.begin() }));
  let at = 0;
  let first = 0;
  for await (const chunk of stream) {
    whole.update(chunk);
    const end = at + chunk.length;
    for (let index = first; index < pending.length; index++) {
      const { range, hash } = pending[index] as (typeof pending)[number];
      if (range.start >= end) break;
      if (range.end > at) hash.update(chunk.subarray(Math.max(range.start - at, 0), range.end - at));
      else if (index === first) first++;
    }
    at = end;
  }
  const differing = pending.filter(({ range, hash }) => hash.finish() !== range.digest);
  return { digest: whole.finish(), differing: differing.map(({ range }) => range) };
}
