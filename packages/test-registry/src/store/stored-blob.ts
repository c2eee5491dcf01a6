import { createReadStream } from "node:fs";

/** Bytes that the registry holds, in memory or on disk. */
export interface StoredBlob {
  readonly size: number;
  /** The bytes from start (inclusive) to end (exclusive), in pieces. */
  read(start: number, end: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A blob whose bytes are at hand without waiting. */
export interface MemoryBlob extends StoredBlob {
  read(start: number, end: number): Iterable<Uint8Array>;
}

export function memoryBlob(chunks: readonly Uint8Array[]): MemoryBlob {
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    size,
    *read(start: number, end: number): Iterable<Uint8Array> {
      let offset = 0;
      for (const chunk of chunks) {
        const next = offset + chunk.length;
        if (next > start && offset < end) {
          yield chunk.subarray(Math.max(0, start - offset), Math.min(chunk.length, end - offset));
        }
        if (next >= end) return;
        offset = next;
      }
    },
  };
}

export function fileBlob(path: string, size: number): StoredBlob {
  return {
    size,
    read: (start, end) =>
      start >= end ? [] : createReadStream(path, { start, end: end - 1, highWaterMark: 1024 * 1024 }),
  };
}

/** A blob without its first bytes: what a registry keeps that forgets all chunks but the last. */
export function blobTail(blob: StoredBlob, from: number): StoredBlob {
  return { size: blob.size - from, read: (start, end) => blob.read(start + from, end + from) };
}

export async function blobBytes(blob: StoredBlob): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob.read(0, blob.size)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
