import { rm } from "node:fs/promises";
import type { CallOptions } from "@bale/spec";
import { foldersExist } from "./folders.js";
import { filePath, type StoreFile } from "./locator.js";

/** Deleting what is not there succeeds. */
export async function deleteBlob(file: StoreFile, { signal }: CallOptions = {}): Promise<void> {
  signal?.throwIfAborted();
  if (await foldersExist(file.root, file.folders)) await rm(filePath(file), { force: true });
}
