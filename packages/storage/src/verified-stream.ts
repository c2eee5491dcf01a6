import type { ByteStream, Hasher } from "@bale/spec";
import { type ReadTarget, readSpan } from "./read-span.js";
import { digestMismatch } from "./store-error.js";

/** A whole blob. Yields never more than its size, and throws instead of ending when the digest is another one. */
export async function* verifiedStream(
  target: ReadTarget,
  hasher: Hasher,
  onRestart: (() => void | Promise<void>) | undefined,
): ByteStream {
  const { name, blob } = target;
  for (let restarted = false; ; restarted = true) {
    const hash = hasher.begin();
    let resumed = false;
    const noteResume = (): void => {
      resumed = true;
    };
    for await (const chunk of readSpan(target, 0, blob.size, "whole", noteResume)) {
      // Before the consumer sees it, since it may reuse or transfer the memory.
      hash.update(chunk);
      yield chunk;
    }
    const actual = hash.finish();
    if (actual === blob.digest) return;
    if (!onRestart || restarted) throw digestMismatch(name, blob, actual, resumed && !restarted);
    await onRestart();
  }
}
