import { createGunzip, gunzipSync } from "node:zlib";
import { BaleError, type ByteStream, LIMITS } from "@bale/spec";

/** Decoded bytes that are held in memory at once: the most that an extent may skip, and one member of data. */
export const DECODED_AT_ONCE: number = LIMITS.extentSkipBytes + LIMITS.memberDecodedBytes;

function damaged(cause: unknown): BaleError {
  return new BaleError({
    code: "DIGEST_MISMATCH",
    message: "stored data of the bundle cannot be decompressed",
    cause,
  });
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

async function* once(bytes: Uint8Array): ByteStream {
  yield bytes;
}

/**
 * Decodes whole gzip members that are small: at least the first `needed` bytes, at most `DECODED_AT_ONCE` of them. What other writers put
 * behind these in the same member is not held.
 * @throws BaleError `DIGEST_MISMATCH` when it cannot be decoded or is shorter
 */
export async function decodeMembers(stored: Uint8Array, needed: number): Promise<Uint8Array> {
  try {
    const decoded = gunzipSync(stored, { maxOutputLength: DECODED_AT_ONCE });
    if (decoded.length < needed) throw new Error("the members are shorter than their extent says");
    return decoded;
  } catch (error) {
    if (!isTooLarge(error)) throw damaged(error);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of decodeStream(once(stored), 0, needed)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Decodes whole gzip members as a stream: drops `skip` decoded bytes, yields `take`, and stops there.
 * @throws BaleError `DIGEST_MISMATCH`, and what `stored` throws
 */
export async function* decodeStream(stored: ByteStream, skip: number, take: number): ByteStream {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let failure: { readonly cause: unknown } | undefined;
  let wake = (): void => {};
  gunzip.on("drain", () => wake());
  gunzip.on("close", () => wake());
  const feed = async (): Promise<void> => {
    try {
      for await (const chunk of stored) {
        if (gunzip.destroyed) return;
        if (!gunzip.write(chunk) && !gunzip.destroyed)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      gunzip.end();
    } catch (cause) {
      failure = { cause };
      gunzip.destroy();
    }
  };
  const fed = feed();
  let toSkip = skip;
  let left = take;
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      const from = Math.min(toSkip, chunk.length);
      toSkip -= from;
      const part = chunk.subarray(from, Math.min(chunk.length, from + left));
      left -= part.length;
      if (part.length > 0) yield part;
      if (left === 0) break;
    }
  } catch (error) {
    throw failure ? failure.cause : damaged(error);
  } finally {
    gunzip.destroy();
    await fed;
  }
  if (left === 0) return;
  throw failure ? failure.cause : damaged(new Error("the members are shorter than their extent says"));
}
