import type { BlobListing } from "@bale/spec";
import type { Bucket } from "./api/open-bucket.js";
import { listKeys } from "./list-keys.js";
import { blobFolder, digestOfKey, keyOfLocator, locateBlob, type StorePlace } from "./locator.js";

/** All blobs in the order of their digests. */
export async function* listBlobs(
  bucket: Bucket,
  place: StorePlace,
  options: Parameters<BlobListing["list"]>[0] = {},
): ReturnType<BlobListing["list"]> {
  const { after, signal } = options;
  const start = after === undefined ? undefined : keyOfLocator(place, after);
  for await (const { key, size } of listKeys(bucket, { prefix: blobFolder(place), after: start, signal })) {
    const digest = digestOfKey(place, key);
    if (digest) yield { locator: locateBlob(place, digest), digest, size };
  }
}
