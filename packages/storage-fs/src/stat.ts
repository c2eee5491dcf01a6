import { lstat } from "node:fs/promises";
import { errnoOf, FsStoreError } from "./classify.js";
import { foldersExist } from "./folders.js";
import { filePath, type StoreFile } from "./locator.js";

/** Size in bytes; `undefined` when there is nothing. @throws FsStoreError when something else than a file is there */
export async function fileSize(file: StoreFile): Promise<number | undefined> {
  if (!(await foldersExist(file.root, file.folders))) return undefined;
  const path = filePath(file);
  try {
    const found = await lstat(path);
    if (found.isFile()) return found.size;
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw cause;
  }
  throw new FsStoreError("conflict", `not a regular file: ${path}`);
}
