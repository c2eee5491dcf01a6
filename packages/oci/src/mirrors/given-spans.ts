import { createHash, type Hash } from "node:crypto";
import type { ByteStream, Digest } from "@bale/spec";
import type { Mirror } from "./mirror.js";

/** A part of a blob as a mirror gave it. Its digest is known to nobody beforehand, so it stands here until somebody doubts it. */
export interface GivenSpan {
  readonly mirror: Mirror;
  readonly start: number;
  readonly endExclusive: number;
  readonly sha256: string;
}
export interface GivenSpans {
  readonly note: (digest: Digest, span: GivenSpan) => void;
  /** Hands out, and forgets, what mirrors gave of a blob. */
  readonly take: (digest: Digest) => readonly GivenSpan[];
}

// A pull of ten thousand scattered files asks for about as many parts; what is forgotten is only not blamed on its mirror.
const MOST_SPANS = 10_000;

export function createGivenSpans(): GivenSpans {
  const byDigest = new Map<Digest, GivenSpan[]>();
  let count = 0;
  const take = (digest: Digest): readonly GivenSpan[] => {
    const spans = byDigest.get(digest) ?? [];
    byDigest.delete(digest);
    count -= spans.length;
    return spans;
  };
  return {
    take,
    note: (digest, span) => {
      const [oldest] = byDigest.keys();
      if (count >= MOST_SPANS && oldest !== undefined) take(oldest);
      const spans = byDigest.get(digest) ?? [];
      spans.push(span);
      byDigest.set(digest, spans);
      count += 1;
    },
  };
}

function updateWith(hash: Hash, span: GivenSpan, chunk: Uint8Array, at: number): void {
  const from = Math.max(0, span.start - at);
  const to = Math.min(chunk.length, span.endExclusive - at);
  if (from < to) hash.update(chunk.subarray(from, to));
}

/** Passes a whole blob on, and leaves out mirrors that gave other bytes of it. */
export async function* compareSpans(stream: ByteStream, spans: readonly GivenSpan[]): ByteStream {
  const hashes = spans.map((span) => ({ span, hash: createHash("sha256") }));
  let at = 0;
  for await (const chunk of stream) {
    for (const { hash, span } of hashes) updateWith(hash, span, chunk, at);
    at += chunk.length;
    yield chunk;
  }
  for (const { hash, span } of hashes)
    if (hash.digest("hex") !== span.sha256) span.mirror.standing.leaveOut("it serves wrong bytes");
}
