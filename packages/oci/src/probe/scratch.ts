import { randomBytes } from "node:crypto";
import type { Digest, Tag } from "@bale/spec";
import { sha256 } from "../sha256.js";

/** Bytes of a scratch blob. */
export interface ScratchBlob {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly size: number;
}

/** What an examination writes: names that nobody else has, and a list of what is there. */
export interface Scratch {
  readonly tag: Tag;
  readonly secondTag: Tag;
  /** Ends the names above, and that of a repository that is looked for in vain. */
  readonly suffix: string;
  readonly tags: Set<Tag>;
  readonly manifests: Set<Digest>;
  readonly blobs: Set<Digest>;
  /** Bytes of what was sent under a digest. */
  readonly sizes: Map<Digest, number>;
  /** Bytes that nobody else has, so that deleting them takes nothing from anybody. */
  readonly blob: (size: number) => ScratchBlob;
}

export function createScratch(): Scratch {
  const suffix = randomBytes(8).toString("hex");
  return {
    tag: `bale-doctor-${suffix}` as Tag,
    secondTag: `bale-doctor-${suffix}-b` as Tag,
    suffix,
    tags: new Set(),
    manifests: new Set(),
    blobs: new Set(),
    sizes: new Map(),
    blob: (size) => {
      const bytes = new Uint8Array(size).fill(0x62);
      bytes.set(randomBytes(Math.min(size, 32)));
      let digest: Digest | undefined;
      return {
        bytes,
        size,
        // A chunk that is given up again needs none.
        get digest() {
          digest ??= sha256(bytes);
          return digest;
        },
      };
    },
  };
}
