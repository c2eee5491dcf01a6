import type { BlobUploads, CallOptions, UnfinishedUpload } from "@bale/spec";
import { statusOf } from "./api/explain-failure.js";
import type { Bucket } from "./api/open-bucket.js";
import { endlessListing } from "./list-keys.js";
import { blobFolder, digestOfKey, keyOfLocator, locateBlob, type StorePlace } from "./locator.js";

/** Uploads of this store's blobs that were never finished. */
export async function* listUploads(
  bucket: Bucket,
  place: StorePlace,
  { signal, startedBefore }: Parameters<BlobUploads["list"]>[0] = {},
): AsyncGenerator<UnfinishedUpload> {
  let marker: { readonly KeyMarker: string; readonly UploadIdMarker?: string } | undefined;
  for (;;) {
    const page = await bucket.ask(
      { operation: "ListMultipartUploads", signal },
      ({ sdk, client, base }, options) =>
        client.send(
          new sdk.ListMultipartUploadsCommand({ ...base, Prefix: blobFolder(place), ...marker }),
          options,
        ),
    );
    for (const { Key: key, UploadId: id, Initiated: startedAt } of page.Uploads ?? []) {
      signal?.throwIfAborted();
      const digest = key === undefined ? undefined : digestOfKey(place, key);
      if (!digest || id === undefined || startedAt === undefined) continue;
      if (startedBefore && startedAt >= startedBefore) continue;
      yield { locator: locateBlob(place, digest), digest, id, startedAt };
    }
    const { NextKeyMarker: nextKey, NextUploadIdMarker: nextId } = page;
    if (!page.IsTruncated || !nextKey) return;
    if (marker?.KeyMarker === nextKey && marker.UploadIdMarker === nextId)
      throw endlessListing(bucket.config.bucket);
    marker = { KeyMarker: nextKey, ...(nextId ? { UploadIdMarker: nextId } : {}) };
  }
}

/** Succeeds for an upload that is gone. */
export async function abortListed(
  bucket: Bucket,
  place: StorePlace,
  upload: Pick<UnfinishedUpload, "locator" | "id">,
  { signal }: CallOptions = {},
): Promise<void> {
  const key = keyOfLocator(place, upload.locator);
  try {
    await bucket.ask({ operation: "AbortMultipartUpload", key, signal }, ({ sdk, client, base }, options) =>
      client.send(new sdk.AbortMultipartUploadCommand({ ...base, Key: key, UploadId: upload.id }), options),
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
