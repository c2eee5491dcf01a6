import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { BaleError, type BlobReadOptions, type ByteStream } from "@bale/spec";
import { FsStoreError } from "./classify.js";
import { foldersExist } from "./folders.js";
import { filePath, type StoreFile } from "./locator.js";

const CHUNK_BYTES = 1024 * 1024;
// A link in place of the file is refused, and a pipe in its place does not block. Windows has neither flag.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function openBlob(file: StoreFile): Promise<FileHandle> {
  if (!(await foldersExist(file.root, file.folders)))
    throw new FsStoreError("not-found", `there is no ${filePath(file)}`);
  return open(filePath(file), FLAGS);
}

function span(options: BlobReadOptions, size: number): { readonly start: number; readonly end: number } {
  const { range } = options;
  if (!range) return { start: 0, end: size };
  const { start, endExclusive: end = size } = range;
  if (start >= 0 && start < end && end <= size) return { start, end };
  throw new BaleError({
    code: "RANGE_INVALID",
    message: "the part of a blob that was asked for is not there",
    why: `asked for ${start} to ${end} of ${size} bytes`,
  });
}

/** A blob, or exactly the range asked for. */
export async function* readBlob(file: StoreFile, options: BlobReadOptions = {}): ByteStream {
  options.signal?.throwIfAborted();
  const handle = await openBlob(file);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new FsStoreError("conflict", `not a regular file: ${filePath(file)}`);
    const { start, end } = span(options, found.size);
    for (let at = start; at < end; ) {
      options.signal?.throwIfAborted();
      const wanted = Math.min(CHUNK_BYTES, end - at);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at);
      if (bytesRead === 0)
        throw new FsStoreError("unavailable", `${filePath(file)} became shorter while it was read`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
