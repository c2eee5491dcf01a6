import { type FileHandle, open, rename, rm } from "node:fs/promises";
import type { BlobWriteOptions, ByteSource, ByteStream } from "@bale/spec";
import { errnoOf, FsStoreError } from "./classify.js";
import { makeFolders, syncFolder } from "./folders.js";
import { filePath, folderPath, type StoreFile } from "./locator.js";
import { fileSize } from "./stat.js";
import { unfinishedId, unfinishedPath } from "./unfinished-file.js";
import { writeAll } from "./write-all.js";

// A store is shared: everybody whom the umask admits may read a blob, and nobody but its owner could change one.
const FILE_MODE = 0o644;

type WriteOptions = Pick<BlobWriteOptions, "onBytes" | "signal">;

async function fill(
  handle: FileHandle,
  content: ByteStream,
  size: number,
  options: WriteOptions,
): Promise<void> {
  let written = 0;
  for await (const chunk of content) {
    options.signal?.throwIfAborted();
    if (written + chunk.length > size)
      throw new FsStoreError("integrity", `more than the announced ${size} bytes came`);
    await writeAll(handle, chunk);
    written += chunk.length;
    options.onBytes?.(written);
  }
  if (written !== size) throw new FsStoreError("integrity", `${written} of the announced ${size} bytes came`);
  await handle.sync();
  const kept = (await handle.stat()).size;
  if (kept !== size) throw new FsStoreError("integrity", `the file system kept ${kept} of ${size} bytes`);
}

async function alreadyThere(file: StoreFile, size: number): Promise<boolean> {
  const found = await fileSize(file);
  if (found === undefined || found === size) return found === size;
  throw new FsStoreError("conflict", `${filePath(file)} has ${found} bytes, not ${size}`);
}

async function publish(temporary: string, file: StoreFile): Promise<void> {
  try {
    await rename(temporary, filePath(file));
  } catch (cause) {
    // Whoever gives up unfinished uploads may take a slow one for abandoned.
    if (errnoOf(cause) === "ENOENT")
      throw new FsStoreError("unavailable", `somebody removed ${filePath(file)} while it was written`, cause);
    throw cause;
  }
}

/**
 * Written under another name in the same folder, synced, and renamed: whoever opens the file sees all of it, also after a loss of power.
 * What is there already stays. @throws FsStoreError, or what the file system or the source throws
 */
export async function writeFile(
  file: StoreFile,
  source: ByteSource,
  options: WriteOptions = {},
): Promise<"created" | "existed"> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (await alreadyThere(file, source.size)) return "existed";
  await makeFolders(file.root, file.folders);
  const folder = folderPath(file.root, file.folders);
  const temporary = unfinishedPath(file, unfinishedId());
  const handle = await open(temporary, "wx", FILE_MODE);
  try {
    try {
      await fill(handle, source.open({ signal }), source.size, options);
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    // Another writer may have been faster; its bytes are the same, and readers may have them open.
    if (await alreadyThere(file, source.size)) {
      await rm(temporary, { force: true });
      return "existed";
    }
    await publish(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
  await syncFolder(folder);
  return "created";
}
