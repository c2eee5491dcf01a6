import type { ByteStream } from "@bale/spec";

/**
 * The same bytes in chunks of exactly `size`, the last one excepted: the form of what follows does not depend on how a server or a disk cut
 * what it gave. Each chunk has memory of its own.
 */
export async function* blocks(source: ByteStream, size: number): ByteStream {
  let block = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + size - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield block;
      block = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
