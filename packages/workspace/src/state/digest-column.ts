import type { Digest } from "@bale/spec";

const DIGEST_LENGTH = 71;

/**
 * Digests as text, one after the other; an absent one is zero bytes. Twice the room of 32 raw bytes, but a reader only slices: making 100,000 texts
 * out of bytes took longer than all the rest of a state.
 */
export function encodeDigests(digests: readonly (Digest | undefined)[]): Uint8Array {
  const column = Buffer.alloc(digests.length * DIGEST_LENGTH);
  for (const [index, digest] of digests.entries())
    if (digest !== undefined) column.write(digest, index * DIGEST_LENGTH, "latin1");
  return column;
}

/** Reads by row; `undefined` when the column has another length. */
export function decodeDigests(
  column: Uint8Array | undefined,
  count: number,
): ((row: number) => Digest) | undefined {
  if (column?.length !== count * DIGEST_LENGTH) return undefined;
  const text = Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("latin1");
  return (row) => text.slice(row * DIGEST_LENGTH, (row + 1) * DIGEST_LENGTH) as Digest;
}
