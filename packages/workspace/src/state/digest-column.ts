import type { Digest } from "@bale/spec";

const DIGEST_BYTES = 32;

/** Digests as 32 bytes each; an absent one is zeros, which no content is known to have. */
export function encodeDigests(digests: readonly (Digest | undefined)[]): Uint8Array {
  const column = Buffer.alloc(digests.length * DIGEST_BYTES);
  for (const [index, digest] of digests.entries())
    if (digest !== undefined) column.write(digest.slice(7), index * DIGEST_BYTES, "hex");
  return column;
}

/** Reads by row. The hexadecimal text is made once: slices of it cost nothing. */
export function decodeDigests(column: Uint8Array): (row: number) => Digest {
  const hex = Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("hex");
  return (row) => `sha256:${hex.slice(row * 64, row * 64 + 64)}` as Digest;
}
