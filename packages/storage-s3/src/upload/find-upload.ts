import { BaleError, type CallOptions } from "@bale/spec";
import type { Bucket } from "../api/open-bucket.js";
import { base64OfHex } from "../api/payload.js";
import { keepsChecksums } from "../write-settings.js";

/** A part that the store has. */
export interface StoredPart {
  readonly etag: string;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
}
export interface FoundUpload {
  readonly id: string;
  readonly parts: ReadonlyMap<number, StoredPart>;
}

/** Newest first; more than a few of one blob are leftovers of runs that could not be continued. */
const CANDIDATES = 3;

async function uploadsOf(bucket: Bucket, key: string, { signal }: CallOptions): Promise<readonly string[]> {
  const page = await bucket.ask(
    { operation: "ListMultipartUploads", key, signal },
    ({ sdk, client, base }, options) =>
      client.send(new sdk.ListMultipartUploadsCommand({ ...base, Prefix: key }), options),
  );
  const time = (date: Date | undefined): number => date?.getTime() ?? 0;
  return (page.Uploads ?? [])
    .filter((upload) => upload.Key === key)
    .sort((a, b) => time(b.Initiated) - time(a.Initiated))
    .flatMap(({ UploadId: id }) => (id === undefined ? [] : [id]))
    .slice(0, CANDIDATES);
}

/** Whether parts of ours fit into an upload. One with checksums of its own wants them of every part (measured with versitygw: InvalidPart on a mix). */
function fits(algorithm: string | undefined, checksums: boolean): boolean {
  if (checksums) return algorithm === "SHA256";
  // Anything else means none: S3 adds CRC64NVME by itself, MinIO says "", versitygw "null".
  return !/^(?:CRC32C?|SHA1|SHA256)$/.test(algorithm ?? "");
}

async function readUpload(
  bucket: Bucket,
  key: string,
  id: string,
  { signal }: CallOptions,
): Promise<FoundUpload | undefined> {
  const parts = new Map<number, StoredPart>();
  let marker: string | undefined;
  for (;;) {
    const page = await bucket.ask({ operation: "ListParts", key, signal }, ({ sdk, client, base }, options) =>
      client.send(
        new sdk.ListPartsCommand({
          ...base,
          Key: key,
          UploadId: id,
          ...(marker ? { PartNumberMarker: marker } : {}),
        }),
        options,
      ),
    );
    if (!fits(page.ChecksumAlgorithm, keepsChecksums(bucket.config))) return undefined;
    const before = parts.size;
    for (const { PartNumber: number, ETag: etag, Size: size, ChecksumSHA256: sha256 } of page.Parts ?? [])
      if (number !== undefined && etag !== undefined) parts.set(number, { etag, size, sha256 });
    marker = page.NextPartNumberMarker;
    // A page that brings nothing new is the last one, whatever it says.
    if (!page.IsTruncated || !marker || parts.size === before) return { id, parts };
  }
}

/**
 * The newest upload of exactly this key that an earlier run began and did not finish. `undefined` as well where the store does not tell:
 * everything is then sent.
 */
export async function findUpload(
  bucket: Bucket,
  key: string,
  call: CallOptions,
): Promise<FoundUpload | undefined> {
  try {
    for (const id of await uploadsOf(bucket, key, call)) {
      const found = await readUpload(bucket, key, id, call);
      if (found) return found;
    }
  } catch (error) {
    if (!BaleError.is(error) || error.code === "INTERRUPTED") throw error;
  }
  return undefined;
}

/** Whether the store holds the very bytes that would be sent: its own checksum says so, or the MD5 that a plain ETag is. */
export function isSamePart(
  stored: StoredPart,
  part: { readonly size: number; readonly sha256: string; readonly md5: string | undefined },
): boolean {
  if (stored.size !== part.size) return false;
  if (stored.sha256 !== undefined) return stored.sha256 === base64OfHex(part.sha256);
  return part.md5 !== undefined && stored.etag.replaceAll('"', "") === part.md5;
}
