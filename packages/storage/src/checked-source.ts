import { BaleError, type ByteSource, type ByteStream, type Hasher, shortDigest } from "@bale/spec";
import type { StoredBlob } from "./blob-store.js";
import { compareRanges, rangesCover, type SentRange } from "./sent-ranges.js";

/** The source gave other bytes than those that have the digest. */
export function sourceChanged(blob: StoredBlob, why: string): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: `the bytes of blob ${shortDigest(blob.digest)} changed before they were sent`,
    why,
    fix: "run the command again when nothing writes to the file",
    context: { digest: blob.digest, size: blob.size },
  });
}

export interface CheckedSource {
  readonly source: ByteSource;
  /**
   * Makes sure, if no stream has yet, that everything handed out was right; reads the source once more for that.
   * @throws BaleError `FILE_CHANGED`
   */
  readonly prove: (signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * The same source, but what it gives is hashed, and the last bytes come only when everything sent is known to be right: a refusal then leaves
 * the receiver short, and nothing is published. A driver may read it whole, repeatedly, from where an upload broke, or in ranges at once
 * (multipart): what was handed out is remembered, and once it covers the blob the source is read once more and compared.
 */
export function checkedSource(source: ByteSource, blob: StoredBlob, hasher: Hasher): CheckedSource {
  const sent = new Map<string, SentRange>();
  let proven = false;

  const remember = (range: SentRange): void => {
    const key = `${range.start}-${range.end}`;
    const earlier = sent.get(key);
    if (earlier && earlier.digest !== range.digest)
      throw sourceChanged(blob, `bytes ${range.start} to ${range.end} differ from those sent before`);
    if (earlier) return;
    sent.set(key, range);
    proven = false;
  };

  const prove = async (signal: AbortSignal | undefined): Promise<void> => {
    if (proven) return;
    const { digest, differing } = await compareRanges(source.open({ signal }), sent.values(), hasher);
    if (digest !== blob.digest) throw sourceChanged(blob, `they have the digest ${digest} now`);
    const [first] = differing;
    if (first)
      throw sourceChanged(blob, `bytes ${first.start} to ${first.end} differ from those sent before`);
    proven = true;
  };

  /** Called with everything but the last chunk handed out. */
  const finish = async (range: SentRange, signal: AbortSignal | undefined): Promise<void> => {
    if (range.start === 0 && range.end === blob.size) {
      if (range.digest !== blob.digest) throw sourceChanged(blob, `they have the digest ${range.digest} now`);
      proven = true;
      return;
    }
    remember(range);
    if (rangesCover(sent.values(), blob.size)) await prove(signal);
  };

  async function* stream(start: number, end: number, signal: AbortSignal | undefined): ByteStream {
    const hash = hasher.begin();
    const range = end - start < blob.size ? { start, endExclusive: end } : undefined;
    let received = start;
    let handedOut = start;
    let finished = false;
    let last: Uint8Array | undefined;
    try {
      for await (const chunk of source.open({ signal, range })) {
        if (chunk.length === 0) continue;
        received += chunk.length;
        if (received > end) throw sourceChanged(blob, "there are more of them");
        if (last) {
          hash.update(last);
          handedOut += last.length;
          yield last;
        }
        last = chunk;
      }
      if (received < end)
        throw sourceChanged(blob, `only ${received - start} of ${end - start} could be read`);
      if (last) hash.update(last);
      finished = true;
      await finish({ start, end, digest: hash.finish() }, signal);
      if (last) yield last;
    } finally {
      // A transfer that broke may go on from here in another stream.
      if (!finished && handedOut > start) remember({ start, end: handedOut, digest: hash.finish() });
    }
  }

  return {
    prove,
    source: {
      size: source.size,
      open: ({ signal, range } = {}) =>
        stream(range?.start ?? 0, Math.min(range?.endExclusive ?? blob.size, blob.size), signal),
    },
  };
}
