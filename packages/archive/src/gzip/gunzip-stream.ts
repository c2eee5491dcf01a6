import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { BaleError, type ByteStream, LIMITS } from "@bale/spec";
import { archiveRefused } from "../archive-refused.js";

export interface GunzipOptions {
  /** Sees the compressed bytes as they pass. */
  readonly onStored?: ((chunk: Uint8Array) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}

/**
 * Decoded bytes of one or more gzip members, which must be all there is. Stops where more than 10 MiB expand more than 1000 to 1.
 * @throws BaleError `ARCHIVE_INVALID`, `LIMIT`, and what the source throws
 */
export async function* gunzipStream(source: ByteStream, options: GunzipOptions = {}): ByteStream {
  const gunzip = createGunzip();
  let stored = 0;
  let decoded = 0;
  let failure: unknown;
  async function* counted(): ByteStream {
    for await (const chunk of source) {
      stored += chunk.length;
      options.onStored?.(chunk);
      yield chunk;
    }
  }
  const feed = Readable.from(counted(), { objectMode: true, highWaterMark: 1 });
  const fed = pipeline(feed, gunzip, options.signal ? { signal: options.signal } : {}).catch((error) => {
    failure = error;
  });
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      decoded += chunk.length;
      // What was decoded so far, not what lies ready: a bomb is small.
      const used = gunzip.bytesWritten;
      if (decoded > LIMITS.expansionFreeBytes && decoded > used * LIMITS.expansionRatio)
        throw archiveRefused("LIMIT", `it expands more than ${LIMITS.expansionRatio} to 1`);
      yield chunk;
    }
    await fed;
    if (failure !== undefined) throw failure;
    // Node stops silently at bytes that begin no further member.
    if (gunzip.bytesWritten !== stored)
      throw archiveRefused("ARCHIVE_INVALID", "the compressed data is followed by something else");
  } catch (error) {
    const cause = failure ?? error;
    if (isDamage(cause)) throw archiveRefused("ARCHIVE_INVALID", "its compressed data is damaged or cut off");
    if (!BaleError.is(cause) && options.signal?.aborted)
      throw new BaleError({ code: "INTERRUPTED", message: "stopped while an archive was read", cause });
    throw cause;
  } finally {
    gunzip.destroy();
    feed.destroy();
    await fed;
  }
}
