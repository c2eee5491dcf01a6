import { createHash } from "node:crypto";

// RFC 1952: a member without content. Section 2.3.1.1: its extra field is one subfield "Ba" with the digest of all bytes before it.
const DIGEST_BYTES = 32;
const BEFORE_DIGEST = [
  ...[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff],
  ...[DIGEST_BYTES + 4, 0, 0x42, 0x61, DIGEST_BYTES, 0],
] as const;
// An empty block with fixed codes, CRC and length of nothing.
const AFTER_DIGEST = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0] as const;

export const SEAL_BYTES: number = BEFORE_DIGEST.length + DIGEST_BYTES + AFTER_DIGEST.length;

/**
 * The last member of a compressed archive. The checksums of gzip do not see every bit of a file (its time, its system, the bits that fill
 * the last byte); with the seal, one wrong bit anywhere is noticed, whatever made the rest.
 */
export function gzipSeal(digest: Uint8Array): Uint8Array {
  return Uint8Array.from([...BEFORE_DIGEST, ...digest, ...AFTER_DIGEST]);
}

/** Looks at compressed bytes as they pass. */
export interface SealWatch {
  readonly update: (chunk: Uint8Array) => void;
  /** Whether the file ended in a seal of everything before it. */
  readonly isSealed: () => boolean;
}

export function createSealWatch(): SealWatch {
  const hash = createHash("sha256");
  // What may turn out to be the seal, and so is not hashed yet.
  let tail: Uint8Array = new Uint8Array(0);
  return {
    update: (chunk) => {
      if (chunk.length >= SEAL_BYTES) {
        hash.update(tail);
        hash.update(chunk.subarray(0, chunk.length - SEAL_BYTES));
        tail = Uint8Array.from(chunk.subarray(chunk.length - SEAL_BYTES));
        return;
      }
      const both = Buffer.concat([tail, chunk]);
      const surplus = Math.max(0, both.length - SEAL_BYTES);
      hash.update(both.subarray(0, surplus));
      tail = both.subarray(surplus);
    },
    isSealed: () => Buffer.from(tail).equals(gzipSeal(hash.digest())),
  };
}
