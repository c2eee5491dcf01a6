import { BaleError, type BlobListing, type CallOptions } from "@bale/spec";
import type { Bucket } from "./api/open-bucket.js";
import { blobFolder, digestOfKey, keyOfLocator, locateBlob, type StorePlace } from "./locator.js";

export function endlessListing(bucket: string): BaleError {
  return new BaleError({
    code: "LIMIT",
    message: `the listing of the bucket ${bucket} does not get on`,
    why: "the store answers with the same page again",
    context: { bucket },
  });
}

/** All blobs in the order of their digests, one page of a thousand in memory at a time. */
export async function* listBlobs(
  bucket: Bucket,
  place: StorePlace,
  options: Parameters<BlobListing["list"]>[0] = {},
): ReturnType<BlobListing["list"]> {
  const { after, signal } = options;
  let startAfter = after === undefined ? undefined : keyOfLocator(place, after);
  for (;;) {
    const page = await nextPage(bucket, place, startAfter, { signal });
    const keys = page.Contents ?? [];
    for (const { Key: key, Size: size } of keys) {
      signal?.throwIfAborted();
      const digest = key === undefined ? undefined : digestOfKey(place, key);
      if (digest && size !== undefined) yield { locator: locateBlob(place, digest), digest, size };
    }
    const last = keys.at(-1)?.Key;
    if (!page.IsTruncated) return;
    // Keys come in the order of their bytes, so that the last one is a place to go on from, whatever token a gateway makes of it.
    if (last === undefined || (startAfter !== undefined && last <= startAfter))
      throw endlessListing(bucket.config.bucket);
    startAfter = last;
  }
}

interface Page {
  readonly Contents?:
    | readonly { readonly Key?: string | undefined; readonly Size?: number | undefined }[]
    | undefined;
  readonly IsTruncated?: boolean | undefined;
}

function nextPage(
  bucket: Bucket,
  place: StorePlace,
  startAfter: string | undefined,
  { signal }: CallOptions,
): Promise<Page> {
  return bucket.ask({ operation: "ListObjectsV2", signal }, ({ sdk, client, base }, options) =>
    client.send(
      new sdk.ListObjectsV2Command({
        ...base,
        Prefix: blobFolder(place),
        ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
      }),
      options,
    ),
  );
}
