import { BaleError, type BlobStat, type BlobWriteOptions, type ByteSource, digestHex } from "@bale/spec";
import { isRefusal, statusOf } from "./api/explain-failure.js";
import type { Bucket } from "./api/open-bucket.js";
import { statObject } from "./stat.js";
import { exactSource } from "./upload/exact-source.js";
import { isTaken, type MultipartSettings, writeInParts } from "./upload/multipart.js";
import { partSizeFor } from "./upload/plan-parts.js";
import { putObject } from "./upload/put-object.js";

/** From this many parts on a blob is sent in parts. */
const PARTS_FROM = 2;
/** How often a writer looks again for an object that another one is about to write. */
const LOOKS = 3;

function conflict(bucket: Bucket, key: string, found: BlobStat, size: number): BaleError {
  return new BaleError({
    code: "STORE_CONFLICT",
    message: `s3://${bucket.config.bucket}/${key} holds other bytes`,
    why: `they are ${found.size} bytes, not ${size}`,
    fix: "remove the damaged object from the store, then push again",
    context: { bucket: bucket.config.bucket, key, size },
  });
}

/** What is there already stays; it is the same blob when it has the same size. */
async function alreadyThere(
  bucket: Bucket,
  key: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const found = await statObject(bucket, key, { signal });
  if (found === undefined || found.size === size) return found !== undefined;
  throw conflict(bucket, key, found, size);
}

/** Whether a store refuses the condition itself, which older gateways do not know. */
function knowsNoConditions(error: unknown): boolean {
  return statusOf(error) === 501 || isRefusal(error, "NotImplemented");
}

/** A look and a write; or a look, a search for an earlier upload, its begin, its parts, and its end. */
export function writeRequests(size: number, partSize: number): number {
  return size > PARTS_FROM * partSize ? 4 + Math.ceil(size / partSizeFor(size, partSize)) : 2;
}

/**
 * Writes a blob where there is none. The look before it is the guard, and the condition that goes along (If-None-Match) only closes the gap
 * between the two where the store honours it: bytes with the digest in the key are the same, whoever writes them.
 * @throws BaleError `STORE_CONFLICT` when there are other bytes; what `ask` and the source throw
 */
export async function writeObject(
  bucket: Bucket,
  key: string,
  source: ByteSource,
  options: BlobWriteOptions & MultipartSettings,
): Promise<"created" | "existed"> {
  const { digest, onBytes, partSize, signal } = options;
  const { size } = source;
  const call = { onBytes, signal };
  const payload = { size, sha256: digestHex(digest), open: exactSource(source).open, onBytes };
  let guarded = true;
  const attempt = async (): Promise<"created" | "taken"> => {
    if (size > PARTS_FROM * partSize)
      return writeInParts({ bucket, key, source, settings: options, guarded, call });
    await putObject(bucket, key, payload, guarded, { signal });
    return "created";
  };
  for (let look = 1; ; look++) {
    if (await alreadyThere(bucket, key, size, signal)) return "existed";
    try {
      if ((await attempt()) === "created") return "created";
    } catch (error) {
      if (!isTaken(error) && !(guarded && knowsNoConditions(error))) throw error;
    }
    // From now on the look alone is the guard: a store that knows no conditions, or whose answer to them and to the look do not agree.
    guarded = false;
    if (look > LOOKS)
      throw new BaleError({
        code: "STORE_CONFLICT",
        message: `s3://${bucket.config.bucket}/${key} is being written by somebody else`,
        why: "the store says that it exists, and then that it does not",
        context: { bucket: bucket.config.bucket, key, size },
      });
  }
}
