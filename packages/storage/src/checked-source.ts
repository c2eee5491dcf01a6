import {
  BaleError,
  type ByteSource,
  type ByteStream,
  type Digest,
  type Hasher,
  shortDigest,
} from "@bale/spec";
import type { StoredBlob } from "./blob-store.js";

function changed(blob: StoredBlob, why: string): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: `the bytes of blob ${shortDigest(blob.digest)} changed before they were sent`,
    why,
    fix: "run the command again when nothing writes to the file",
    context: { digest: blob.digest, size: blob.size },
  });
}

/** A range that has been handed to a driver, and what it hashed to. */
interface SentRange {
  readonly start: number;
  readonly end: number;
  readonly digest: Digest;
}

function covers(ranges: Iterable<SentRange>, size: number): boolean {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  let reached = 0;
  for (const { start, end } of sorted) {
    if (start > reached) return false;
    reached = Math.max(reached, end);
  }
  return reached >= size;
}

/** Yields all chunks, the last one only after `beforeLast` has agreed; so a refusal leaves the receiver short and nothing is published. */
async function* heldBack(
  stream: ByteStream,
  size: number,
  blob: StoredBlob,
  onChunk: (chunk: Uint8Array) => void,
  beforeLast: () => void | Promise<void>,
): ByteStream {
  let received = 0;
  let last: Uint8Array | undefined;
  for await (const chunk of stream) {
    if (chunk.length === 0) continue;
    received += chunk.length;
    if (received > size) throw changed(blob, `more than ${size} bytes were read`);
    onChunk(chunk);
    if (last) yield last;
    last = chunk;
  }
  if (received < size) throw changed(blob, `only ${received} of ${size} bytes could be read`);
  await beforeLast();
  if (last) yield last;
}

/**
 * The same source, but what it gives is hashed, and the last bytes come only when everything sent is known to be right.
 * A driver may read it whole, repeatedly, or in ranges at once (multipart): ranges are hashed one by one, and when they cover the blob the
 * source is read once more to prove that these ranges are those of the right content.
 */
export function checkedSource(source: ByteSource, blob: StoredBlob, hasher: Hasher): ByteSource {
  const sent = new Map<string, SentRange>();
  let proven = false;

  const prove = async (signal: AbortSignal | undefined): Promise<void> => {
    const whole = hasher.begin();
    const open = [...sent.values()].map((range) => ({ range, hash: hasher.begin() }));
    let at = 0;
    for await (const chunk of source.open({ signal })) {
      whole.update(chunk);
      for (const { range, hash } of open) {
        const from = Math.max(range.start - at, 0);
        const to = Math.min(range.end - at, chunk.length);
        if (from < to) hash.update(chunk.subarray(from, to));
      }
      at += chunk.length;
    }
    if (whole.finish() !== blob.digest) throw changed(blob, "they have another digest now");
    for (const { range, hash } of open)
      if (hash.finish() !== range.digest) throw changed(blob, `bytes ${range.start} to ${range.end} differ`);
    proven = true;
  };

  const openWhole = (signal: AbortSignal | undefined): ByteStream => {
    const hash = hasher.begin();
    return heldBack(
      source.open({ signal }),
      blob.size,
      blob,
      (chunk) => hash.update(chunk),
      () => {
        if (hash.finish() !== blob.digest) throw changed(blob, "they have another digest now");
      },
    );
  };

  const openRange = (start: number, end: number, signal: AbortSignal | undefined): ByteStream => {
    const hash = hasher.begin();
    const beforeLast = async (): Promise<void> => {
      const digest = hash.finish();
      const key = `${start}-${end}`;
      const earlier = sent.get(key);
      if (earlier && earlier.digest !== digest) throw changed(blob, `bytes ${start} to ${end} differ`);
      if (!earlier) {
        sent.set(key, { start, end, digest });
        proven = false;
      }
      if (!proven && covers(sent.values(), blob.size)) await prove(signal);
    };
    const stream = source.open({ signal, range: { start, endExclusive: end } });
    return heldBack(stream, end - start, blob, (chunk) => hash.update(chunk), beforeLast);
  };

  return {
    size: source.size,
    open: ({ signal, range } = {}) => {
      const start = range?.start ?? 0;
      const end = Math.min(range?.endExclusive ?? blob.size, blob.size);
      return start === 0 && end === blob.size ? openWhole(signal) : openRange(start, end, signal);
    },
  };
}
