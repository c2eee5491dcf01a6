import { createHash } from "node:crypto";
import {
  BaleError,
  type BlobDriver,
  type BlobLocator,
  type BlobReadOptions,
  type ByteRange,
  type Digest,
  isDigest,
} from "@bale/spec";
import { compareSpans, createGivenSpans, type GivenSpans } from "./given-spans.js";
import type { Mirror } from "./mirror.js";
import { mirrorStream } from "./mirror-stream.js";
import { readWhole, type WholeRead } from "./read-whole.js";

function digestOf(locator: BlobLocator): Digest {
  const digest = locator.slice(locator.lastIndexOf("@") + 1);
  if (isDigest(digest)) return digest;
  throw new BaleError({ code: "INTERNAL", message: "a locator was handed to a driver that did not make it" });
}

/** A part of a blob; where a mirror breaks off the next source goes on. */
async function* readRange(read: WholeRead, range: ByteRange, spans: GivenSpans): AsyncGenerator<Uint8Array> {
  const { base, digest, locator, mirrors, signal } = read;
  const { endExclusive } = range;
  let at = range.start;
  for (const mirror of mirrors) {
    const start = at;
    const hash = createHash("sha256");
    const stream = mirrorStream(mirror, { digest, range: { start, endExclusive } }, read);
    let step = await stream.next();
    try {
      for (; !step.done; step = await stream.next()) {
        hash.update(step.value);
        at += step.value.length;
        yield step.value;
      }
    } finally {
      await stream.return("part");
    }
    if (step.value !== "all") continue;
    spans.note(digest, { mirror, start, endExclusive: at, sha256: hash.digest("hex") });
    return;
  }
  yield* base.read(locator, { signal, range: { start: at, endExclusive } });
}

/**
 * The blobs of a repository, read from its mirrors where they have them. Looks, writes and mounts concern the repository itself: what a mirror
 * has says nothing about it. Whoever read parts, and then wants the whole, doubts the parts: it comes from the repository, and shows who was
 * wrong.
 */
export function mirroredBlobs(base: BlobDriver, mirrors: readonly Mirror[], patienceMs: number): BlobDriver {
  const spans = createGivenSpans();
  return {
    ...base,
    read: (locator: BlobLocator, options: BlobReadOptions = {}) => {
      const { range, signal } = options;
      const digest = digestOf(locator);
      const read: WholeRead = { base, mirrors, locator, digest, patienceMs, signal };
      if (range) return readRange(read, range, spans);
      const given = spans.take(digest);
      return given.length > 0 ? compareSpans(base.read(locator, options), given) : readWhole(read);
    },
  };
}
