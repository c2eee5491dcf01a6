import { createHash } from "node:crypto";
import { BaleError, type BlobDriver, type BlobLocator, type Digest } from "@bale/spec";
import type { Mirror, Patience } from "./mirror.js";
import { mirrorStream } from "./mirror-stream.js";

// Up to this much is checked before anybody sees it, so that another source can take over unnoticed; indexes and most tables are smaller.
const CHECKED_FIRST_BYTES = 8 * 1024 * 1024;

export interface WholeRead extends Patience {
  readonly base: BlobDriver;
  readonly mirrors: readonly Mirror[];
  readonly locator: BlobLocator;
  readonly digest: Digest;
}

/** What has come so far: checked as it comes, and the last chunk never handed out before the end is known to be right. */
function createPending() {
  let hash = createHash("sha256");
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let at = 0;
  let handedOut = false;
  return {
    at: () => at,
    handedOut: () => handedOut,
    /** Whether this is the whole blob. */
    is: (digest: Digest): boolean => `sha256:${hash.copy().digest("hex")}` === digest,
    /** Takes a chunk; gives those that cannot be held any longer. */
    push: (chunk: Uint8Array): readonly Uint8Array[] => {
      hash.update(chunk);
      at += chunk.length;
      bytes += chunk.length;
      chunks.push(chunk);
      if (!handedOut && bytes <= CHECKED_FIRST_BYTES) return [];
      handedOut = true;
      return chunks.splice(0, chunks.length - 1);
    },
    rest: (): readonly Uint8Array[] => chunks,
    /** Forgets what nobody has seen. */
    startOver: (): void => {
      hash = createHash("sha256");
      chunks = [];
      bytes = 0;
      at = 0;
    },
  };
}

function damaged({ digest }: WholeRead): BaleError {
  return new BaleError({
    code: "DIGEST_MISMATCH",
    message: `blob ${digest} came damaged from a mirror`,
    why: "the bytes that a mirror began with do not have the digest",
    context: { digest },
    // The mirror is not asked again.
    retry: { kind: "safe" },
  });
}

/**
 * A whole blob, from the first mirror that has it; where a mirror breaks off the next source goes on. Bytes of a mirror are never the last ones
 * of a blob that has another digest: then this throws `DIGEST_MISMATCH`, which repeating helps, since the mirror is left out.
 */
export async function* readWhole(read: WholeRead): AsyncGenerator<Uint8Array> {
  const { base, digest, locator, mirrors, signal } = read;
  const pending = createPending();
  for (const mirror of mirrors) {
    const begun = pending.at();
    const range = begun > 0 ? { start: begun } : undefined;
    const stream = mirrorStream(mirror, { digest, range }, read);
    let step = await stream.next();
    try {
      for (; !step.done; step = await stream.next()) yield* pending.push(step.value);
    } finally {
      await stream.return("part");
    }
    if (step.value !== "none" && pending.is(digest)) return yield* pending.rest();
    if (step.value === "all" && begun === 0) mirror.standing.leaveOut("it serves wrong bytes");
    if (!pending.handedOut()) pending.startOver();
    else if (step.value === "all") throw damaged(read);
  }
  if (pending.at() === 0) return yield* base.read(locator, { signal });
  for await (const chunk of base.read(locator, { signal, range: { start: pending.at() } }))
    yield* pending.push(chunk);
  if (!pending.is(digest)) throw damaged(read);
  yield* pending.rest();
}
