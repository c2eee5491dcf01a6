import {
  BaleError,
  type BundlePath,
  comparePaths,
  type Digest,
  type EntryKind,
  type Hasher,
} from "@bale/spec";

export interface LayerHashEntry {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly digest: Digest;
  readonly size: number;
}
export interface LayerIdentity {
  readonly digest: Digest;
  readonly files: number;
  /** Sum of the files' sizes in bytes. */
  readonly size: number;
}
export interface LayerHash {
  /** Entries in ascending order of their paths. @throws BaleError `INDEX_INVALID` for any other order */
  readonly add: (entry: LayerHashEntry) => void;
  readonly finish: () => LayerIdentity;
}

const encoder = new TextEncoder();
// One call into the hash for about this many characters: a call an entry costs more than the hash itself.
const BATCH = 64 * 1024;

/** The digest of one layer's content: format, "Identity". Memory does not grow with the number of entries. */
export function createLayerHash(hasher: Hasher): LayerHash {
  const running = hasher.begin();
  let batch = "bale-layer-1\n";
  let previous: string | undefined;
  let files = 0;
  let size = 0;
  return {
    add: (entry) => {
      if (previous !== undefined && comparePaths(previous, entry.path) >= 0)
        throw new BaleError({
          code: "INDEX_INVALID",
          message: "the entries of a layer are not sorted by path",
          context: { path: entry.path },
        });
      previous = entry.path;
      files++;
      size += entry.size;
      batch += `${entry.kind} ${entry.digest} ${entry.size} ${entry.path}\0`;
      if (batch.length < BATCH) return;
      running.update(encoder.encode(batch));
      batch = "";
    },
    finish: () => {
      running.update(encoder.encode(batch));
      return { digest: running.finish(), files, size };
    },
  };
}
