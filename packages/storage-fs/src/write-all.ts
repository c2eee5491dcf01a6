import type { FileHandle } from "node:fs/promises";
import { FsStoreError } from "./classify.js";

/** `FileHandle.write` may write less than it was given without an error, on a full disk for one. */
export async function writeAll(handle: Pick<FileHandle, "write">, chunk: Uint8Array): Promise<void> {
  let done = 0;
  while (done < chunk.length) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done);
    if (bytesWritten === 0)
      throw new FsStoreError("resource-exhausted", "the file system took no more bytes");
    done += bytesWritten;
  }
}
