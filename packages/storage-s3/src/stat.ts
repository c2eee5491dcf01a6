import { type BlobStat, type CallOptions, digestFromHex } from "@bale/spec";
import { isRefusal, statusOf } from "./api/explain-failure.js";
import type { Bucket } from "./api/open-bucket.js";
import { abandon, requestPart } from "./read-part.js";
import { keepsChecksums } from "./write-settings.js";

interface Head {
  readonly ContentLength?: number | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumType?: string | undefined;
}

/** The sha256 of the whole content; the checksum of a multi-part object is one over those of its parts, and of no use. */
function storedDigest({ ChecksumSHA256: sum, ChecksumType: type }: Head): BlobStat["storedDigest"] {
  if (sum === undefined || type === "COMPOSITE" || !/^[A-Za-z0-9+/]{43}=$/.test(sum)) return undefined;
  return digestFromHex(Buffer.from(sum, "base64").toString("hex"));
}

/** Size and, where the store keeps it, digest; `undefined` when there is no such object. */
export async function statObject(
  bucket: Bucket,
  key: string,
  call: CallOptions = {},
): Promise<BlobStat | undefined> {
  const { signal } = call;
  try {
    const head: Head = await bucket.ask(
      { operation: "HeadObject", key, signal },
      ({ sdk, client, base }, options) =>
        client.send(
          new sdk.HeadObjectCommand({
            ...base,
            Key: key,
            ...(keepsChecksums(bucket.config) ? { ChecksumMode: "ENABLED" } : {}),
          }),
          options,
        ),
    );
    return { size: head.ContentLength ?? 0, storedDigest: storedDigest(head) };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return undefined;
    // An answer to HEAD has no body, so that clock, session, key and permission all look alike: the same asked by GET tells them apart.
    if (status !== 400 && status !== 403) throw error;
    return explained(bucket, key, call, error);
  }
}

async function explained(
  bucket: Bucket,
  key: string,
  { signal }: CallOptions,
  refusal: unknown,
): Promise<BlobStat | undefined> {
  try {
    const part = await requestPart(bucket, key, { start: 0, endExclusive: 1 }, signal);
    await abandon(part.bytes);
    return { size: part.total };
  } catch (error) {
    if (isRefusal(error, "NoSuchKey")) return undefined;
    throw statusOf(error) === 416 ? refusal : error;
  }
}
