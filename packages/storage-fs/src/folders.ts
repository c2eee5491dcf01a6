import { lstat, mkdir, open } from "node:fs/promises";
import { errnoOf, FsStoreError } from "./classify.js";
import { folderPath } from "./locator.js";

// The umask decides who else may add blobs: 0755 where it is 022, 0775 where a group shares the store.
const FOLDER_MODE = 0o777;

/** `false` when it is absent. @throws FsStoreError when it is a link or a file */
async function isRealFolder(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (found.isDirectory()) return true;
    throw new FsStoreError(
      found.isSymbolicLink() ? "unsafe" : "conflict",
      `a folder of the store is ${found.isSymbolicLink() ? "a symbolic link" : "a file"}: ${path}`,
    );
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return false;
    throw cause;
  }
}

/** Whether all folders are there, none of them a link: a link planted in a shared store would lead reads and writes out of it. */
export async function foldersExist(root: string, folders: readonly string[]): Promise<boolean> {
  for (let depth = 1; depth <= folders.length; depth++)
    if (!(await isRealFolder(folderPath(root, folders.slice(0, depth))))) return false;
  return true;
}

/** Makes a rename or a new entry in a folder survive a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } catch (cause) {
    // Some network and FUSE file systems sync no folders.
    if (!["EINVAL", "ENOTSUP", "EISDIR", "ENOSYS"].includes(errnoOf(cause) ?? "")) throw cause;
  } finally {
    await handle.close();
  }
}

async function makeFolder(parent: string, path: string): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER_MODE });
  } catch (cause) {
    // Another writer was faster; what it made is looked at like anything found.
    if (errnoOf(cause) === "EEXIST" && (await isRealFolder(path))) return;
    throw cause;
  }
  await syncFolder(parent);
}

/** Makes what is missing: the root with its parents, then each folder below it, none of them through a link. */
export async function makeFolders(root: string, folders: readonly string[]): Promise<void> {
  if (await foldersExist(root, folders)) return;
  await mkdir(root, { recursive: true, mode: FOLDER_MODE });
  for (let depth = 1; depth <= folders.length; depth++) {
    const path = folderPath(root, folders.slice(0, depth));
    if (!(await isRealFolder(path))) await makeFolder(folderPath(root, folders.slice(0, depth - 1)), path);
  }
}
