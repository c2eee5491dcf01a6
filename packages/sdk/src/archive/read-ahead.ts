import type { ArchivedBlob } from "@bale/archive";
import { type ByteStream, comparePaths } from "@bale/spec";

// Small blobs cost a round trip each: some of them are on their way while one is written. Memory: their product.
const AHEAD = 8;
const SMALL_BYTES = 1024 * 1024;

async function gather(stream: ByteStream): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** The same blobs, in the order in which an archive has them; when one is opened, small ones that follow begin to come. */
export function readAhead(blobs: Iterable<ArchivedBlob>): readonly ArchivedBlob[] {
  const sorted = [...blobs].sort((a, b) => comparePaths(a.digest, b.digest));
  const coming = new Map<number, Promise<Uint8Array[]>>();
  const begin = (index: number): void => {
    const blob = sorted[index];
    if (!blob || blob.size > SMALL_BYTES || coming.has(index)) return;
    const bytes = gather(blob.open());
    // Whoever opens the blob gets the failure; until then nobody listens.
    bytes.catch(() => undefined);
    coming.set(index, bytes);
  };
  return sorted.map((blob, index) => ({
    ...blob,
    open: async function* (): ByteStream {
      for (let next = index + 1; next <= index + AHEAD; next++) begin(next);
      const started = coming.get(index);
      coming.delete(index);
      if (started) yield* await started;
      else yield* blob.open();
    },
  }));
}
