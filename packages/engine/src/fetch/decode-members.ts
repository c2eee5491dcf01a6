import { createGunzip, gunzipSync } from "node:zlib";
import { BaleError, type ByteStream, LIMITS } from "@bale/spec";

function damaged(cause: unknown): BaleError {
  return new BaleError({
    code: "DIGEST_MISMATCH",
    message: "stored data of the bundle cannot be decompressed",
    cause,
  });
}

/** Decodes whole gzip members that are small. `limit`: decoded bytes that are needed; what lies behind is not produced. */
export function decodeMembers(stored: Uint8Array, limit: number): Uint8Array {
  try {
    return gunzipSync(stored, {
      maxOutputLength: Math.max(limit, LIMITS.memberDecodedBytes) + LIMITS.extentSkipBytes,
    });
  } catch (error) {
    throw damaged(error);
  }
}

/** Decodes whole gzip members as a stream: drops `skip` decoded bytes, yields `take`, and stops there. */
export async function* decodeStream(
  stored: ByteStream,
  skip: number,
  take: number,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let failure: unknown;
  const feed = (async () => {
    try {
      for await (const chunk of stored) {
        if (gunzip.destroyed) return;
        if (!gunzip.write(chunk))
          await new Promise<void>((resolve) => gunzip.once("drain", resolve).once("close", resolve));
      }
      gunzip.end();
    } catch (error) {
      failure = error;
      gunzip.destroy();
    }
  })();
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
    throw failure ?? damaged(error);
  } finally {
    gunzip.destroy();
    await feed;
  }
  if (failure !== undefined && left > 0) throw failure;
  if (left > 0) throw damaged(new Error("the members are shorter than their extent says"));
}
