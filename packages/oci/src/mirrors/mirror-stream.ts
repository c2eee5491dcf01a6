import { BaleError, type ByteRange, type Digest } from "@bale/spec";
import { askMirror, type Mirror, type Patience } from "./mirror.js";

/** How far a mirror came: all that was asked for, a part, or nothing at all. */
export type MirrorOutcome = "all" | "part" | "none";

/** The bytes of one mirror. Where it fails they end early, and it is left out. */
export async function* mirrorStream(
  mirror: Mirror,
  wanted: { readonly digest: Digest; readonly range?: ByteRange | undefined },
  patience: Patience,
): AsyncGenerator<Uint8Array, MirrorOutcome> {
  const { blobs } = mirror.remote;
  const { digest, range } = wanted;
  const opened = await askMirror(mirror, patience, async (signal) => {
    const iterator = blobs.read(blobs.locate(digest), { signal, range })[Symbol.asyncIterator]();
    return { iterator, first: await iterator.next() };
  });
  if (!opened) return "none";
  const { iterator } = opened;
  try {
    for (let step = opened.first; !step.done; step = await iterator.next()) yield step.value;
    return "all";
  } catch (error) {
    if (patience.signal?.aborted || !BaleError.is(error)) throw error;
    mirror.standing.leaveOut(error.message);
    return "part";
  } finally {
    await iterator.return?.();
  }
}
