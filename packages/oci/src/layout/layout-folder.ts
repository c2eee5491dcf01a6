import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { BaleError, type Digest, digestHex } from "@bale/spec";
import { systemCode, withLocalErrors } from "./local-failure.js";

/** Where the parts of one layout are. */
export interface LayoutFolder {
  /** Absolute. */
  readonly directory: string;
  /** Whether files and folders are synced to disk. */
  readonly sync: boolean;
}

export function layoutFile(folder: LayoutFolder): string {
  return join(folder.directory, "oci-layout");
}
export function indexFile(folder: LayoutFolder): string {
  return join(folder.directory, "index.json");
}
export function blobsFolder(folder: LayoutFolder): string {
  return join(folder.directory, "blobs", "sha256");
}
/** Unfinished files; the name is the one that oras uses. */
export function ingestFolder(folder: LayoutFolder): string {
  return join(folder.directory, "ingest");
}
export function blobFile(folder: LayoutFolder, digest: Digest): string {
  return join(blobsFolder(folder), digestHex(digest));
}

/** @throws BaleError `SYMLINK_PARENT` when it is a link; `false` when it is absent */
async function isRealFolder(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (found.isDirectory()) return true;
    throw new BaleError({
      code: found.isSymbolicLink() ? "SYMLINK_PARENT" : "NOT_REGULAR",
      message: `a folder of the layout is ${found.isSymbolicLink() ? "a symbolic link" : "no folder"}: ${path}`,
      why: "bytes would be read or written outside the layout",
      context: { path },
    });
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Refuses a layout whose folders for blobs are links. */
export async function checkFolders(folder: LayoutFolder): Promise<void> {
  await withLocalErrors("looking at a layout", folder.directory, async () => {
    await isRealFolder(join(folder.directory, "blobs"));
    await isRealFolder(blobsFolder(folder));
  });
}

/** Makes the folders that a write needs, none of them through a link. */
export async function makeFolders(folder: LayoutFolder): Promise<void> {
  await withLocalErrors("making a layout's folders", folder.directory, async () => {
    for (const path of [join(folder.directory, "blobs"), blobsFolder(folder), ingestFolder(folder)])
      if (!(await isRealFolder(path))) await mkdir(path, { recursive: true });
  });
}
