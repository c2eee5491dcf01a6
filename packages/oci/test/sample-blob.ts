import { createHash } from "node:crypto";
import {
  type BlobDriver,
  type ByteRange,
  type ByteSource,
  type ByteStream,
  type Digest,
  digestFromHex,
} from "@bale/spec";

/** Bytes whose every window differs, so that a part at the wrong place is noticed. */
export function sampleBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let index = 0; index < size; index++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    bytes[index] = state >> 16;
  }
  return bytes;
}

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash("sha256").update(bytes).digest("hex"));
}

/** A source that counts how often it was opened, and says from where. */
export function countedSource(bytes: Uint8Array): ByteSource & { readonly starts: number[] } {
  const starts: number[] = [];
  return {
    starts,
    size: bytes.length,
    open: async function* (options) {
      starts.push(options?.range?.start ?? 0);
      const end = options?.range?.endExclusive ?? bytes.length;
      for (let at = options?.range?.start ?? 0; at < end; at += 4096)
        yield bytes.subarray(at, Math.min(at + 4096, end));
    },
  };
}

export async function collect(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function readAll(driver: BlobDriver, digest: Digest, range?: ByteRange): Promise<Buffer> {
  return collect(driver.read(driver.locate(digest), { range }));
}
