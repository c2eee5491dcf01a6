import { type BlobListing, digestFromHex } from "@bale/spec";
import { blobFolders } from "./blob-folders.js";
import { blobFile, locateBlob, type StorePlace } from "./locator.js";
import { fileSize } from "./stat.js";

const HEX = /^[0-9a-f]{64}$/;

/** All blobs in the order of their digests. Links, unfinished files and whatever else lies there are not ours to list. */
export async function* listBlobs(
  place: StorePlace,
  options: Parameters<BlobListing["list"]>[0] = {},
): ReturnType<BlobListing["list"]> {
  const { after, signal } = options;
  const skipTo = after?.slice(-64) ?? "";
  for await (const { files, start } of blobFolders(place, skipTo, signal))
    for (const name of files) {
      signal?.throwIfAborted();
      if (!HEX.test(name) || !name.startsWith(start) || name <= skipTo) continue;
      const digest = digestFromHex(name);
      const size = await fileSize(blobFile(place, digest));
      if (size !== undefined) yield { locator: locateBlob(place, digest), digest, size };
    }
}
