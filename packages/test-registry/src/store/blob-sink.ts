import { createHash, type Hash, randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileBlob, memoryBlob, type StoredBlob } from "./stored-blob.js";

/** Where blobs above `threshold` bytes are written instead of being kept in memory. */
export interface SpillOptions {
  readonly directory: string;
  readonly threshold: number;
}

/** A state that a sink can go back to. */
export interface SinkMark {
  readonly size: number;
  readonly hash: Hash;
}

/** Bytes on their way in, hashed as they come. */
export interface BlobSink {
  size(): number;
  append(chunk: Uint8Array): Promise<void>;
  mark(): SinkMark;
  rollback(mark: SinkMark): Promise<void>;
  sha256(): string;
  /** Ends writing; the sink takes no more bytes. */
  finish(): Promise<StoredBlob>;
  /** Gives up what was written. */
  discard(): Promise<void>;
}

const writeSize = 1024 * 1024;

/** Opens a sink that is kept in memory until it passes the spill threshold; then memory stays below about 1 MiB. */
export function createBlobSink(spill: SpillOptions | undefined): BlobSink {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let written = 0;
  let hash = createHash("sha256");
  let file: { readonly path: string; readonly handle: FileHandle } | undefined;

  async function flush(): Promise<void> {
    if (file === undefined || held === 0) return;
    const bytes = Buffer.concat(chunks);
    chunks = [];
    held = 0;
    // writeFile on a handle goes on from the current position and repeats short writes.
    await file.handle.writeFile(bytes);
    written += bytes.length;
  }

  return {
    size: () => written + held,
    async append(chunk) {
      hash.update(chunk);
      chunks.push(compact(chunk));
      held += chunk.length;
      if (spill === undefined) return;
      if (file === undefined && held > spill.threshold) {
        const path = join(spill.directory, randomUUID());
        file = { path, handle: await open(path, "wx+") };
      }
      if (file !== undefined && held >= writeSize) await flush();
    },
    mark: () => ({ size: written + held, hash: hash.copy() }),
    async rollback(mark) {
      hash = mark.hash.copy();
      await flush();
      if (file === undefined) {
        chunks = [...memoryBlob(chunks).read(0, mark.size)];
        held = mark.size;
        return;
      }
      await file.handle.truncate(mark.size);
      await file.handle.close();
      file = { path: file.path, handle: await open(file.path, "a+") };
      written = mark.size;
    },
    sha256: () => `sha256:${hash.copy().digest("hex")}`,
    async finish() {
      await flush();
      if (file === undefined) return memoryBlob(chunks);
      await file.handle.close();
      return fileBlob(file.path, written);
    },
    async discard() {
      chunks = [];
      await file?.handle.close();
      if (file !== undefined) await rm(file.path, { force: true });
    },
  };
}

/** A small slice keeps the whole 64 KiB read buffer of its socket alive, so small slices are copied out. */
function compact(chunk: Uint8Array): Uint8Array {
  return chunk.length * 2 < chunk.buffer.byteLength ? Uint8Array.prototype.slice.call(chunk) : chunk;
}
