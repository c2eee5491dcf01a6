import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteStream } from "@bale/spec";
import { checkAborted } from "../retry-pause.js";
import { ingestFolder, type LayoutFolder } from "./layout-folder.js";
import { localFailure, systemCode } from "./local-failure.js";

/** `FileHandle.write` may write less than it was given without an error, on a full disk for one. */
async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let done = 0;
  while (done < chunk.length) done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten;
}

/** Makes a rename in a folder survive a loss of power. Windows cannot open folders, and needs it less. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some network and FUSE file systems sync no folders.
    if (!["EINVAL", "ENOTSUP", "EISDIR"].includes(systemCode(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

export interface StoreFileOptions {
  readonly signal?: AbortSignal | undefined;
  /** Sees all bytes, and may throw; the file appears only when `beforeRename` has passed. */
  readonly onChunk?: ((chunk: Uint8Array) => void) | undefined;
  readonly beforeRename?: (() => void | Promise<void>) | undefined;
}

/**
 * Writes a file under another name and renames it into place: at `target` there is the old content, or the new one in whole.
 * The folders must exist. @throws BaleError `NO_SPACE`, `PERMISSION`, `IO`, and what the options throw
 */
export async function storeFile(
  folder: LayoutFolder,
  target: string,
  content: ByteStream | Iterable<Uint8Array>,
  options: StoreFileOptions = {},
): Promise<void> {
  const temporary = join(ingestFolder(folder), randomUUID());
  try {
    const handle = await open(temporary, "wx", 0o644);
    try {
      for await (const chunk of content) {
        checkAborted(options.signal);
        options.onChunk?.(chunk);
        await writeAll(handle, chunk);
      }
      if (folder.sync) await handle.sync();
    } finally {
      await handle.close();
    }
    checkAborted(options.signal);
    await options.beforeRename?.();
    await rename(temporary, target);
    if (folder.sync) await syncFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw localFailure(error, "writing a file", target);
  }
}
