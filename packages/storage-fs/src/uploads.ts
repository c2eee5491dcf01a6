import { lstat, rm } from "node:fs/promises";
import { type BlobUploads, type CallOptions, digestFromHex, type UnfinishedUpload } from "@bale/spec";
import { blobFolders } from "./blob-folders.js";
import { errnoOf, FsStoreError } from "./classify.js";
import { foldersExist } from "./folders.js";
import { blobFile, digestOfLocator, locateBlob, type StorePlace } from "./locator.js";
import { isUnfinishedId, parseUnfinished, unfinishedPath } from "./unfinished-file.js";

/** When something was last written to a file: one that still grows is young, whatever else its file system knows of it. */
async function writtenAt(path: string): Promise<Date | undefined> {
  try {
    return (await lstat(path)).mtime;
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw cause;
  }
}

/** Files that were being written and never got their names: of writers that were killed, or that are still at it. */
export async function* listUploads(
  place: StorePlace,
  options: Parameters<BlobUploads["list"]>[0] = {},
): AsyncGenerator<UnfinishedUpload> {
  const { signal, startedBefore } = options;
  for await (const { files, start } of blobFolders(place, "", signal))
    for (const name of files) {
      signal?.throwIfAborted();
      const found = parseUnfinished(name);
      if (!found?.hex.startsWith(start)) continue;
      const { hex, id } = found;
      const digest = digestFromHex(hex);
      const startedAt = await writtenAt(unfinishedPath(blobFile(place, digest), id));
      if (!startedAt || (startedBefore && startedAt >= startedBefore)) continue;
      yield { locator: locateBlob(place, digest), digest, id, startedAt };
    }
}

/** Succeeds for what is gone. */
export async function abortUpload(
  place: StorePlace,
  { id, locator }: Pick<UnfinishedUpload, "locator" | "id">,
  { signal }: CallOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  if (!isUnfinishedId(id)) throw new FsStoreError("invalid-input", `no unfinished file has the name ${id}`);
  const file = blobFile(place, digestOfLocator(place, locator));
  if (await foldersExist(file.root, file.folders)) await rm(unfinishedPath(file, id), { force: true });
}
