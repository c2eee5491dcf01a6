import type { InTheWay } from "@bale/core";
import type { BaleError, BundlePath, EntryKind, FileState, LongCallOptions, TreeEntry } from "@bale/spec";
import type { FileStat } from "../file-stat.js";
import type { TreeProblem } from "../scan/tree-scan.js";

export interface UntrackedFile {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  /** Bytes; of a link, of its target. */
  readonly size: number;
}
/** W as it was at one moment. */
export interface WorkingTree {
  /** Tracked and present, in the order of `comparePaths`. An unchanged path has the very `FileState` object of B. */
  readonly entries: readonly TreeEntry[];
  /** Neither tracked nor ignored, sorted; what was removed from the bundle but is still on disk included. */
  readonly untracked: readonly UntrackedFile[];
  readonly problems: readonly TreeProblem[];
  /** With `unreadable: "report"`: tracked files that could not be read. For these W is what B is. */
  readonly unreadable: readonly BaleError[];
  /** What had to be read because the cache did not know it. */
  readonly hashed: { readonly files: number; readonly bytes: number };
  /** What the file looked like when its state was found: what a writer must still find. */
  readonly stat: (path: BundlePath) => FileStat | undefined;
  /** W at one path. */
  readonly state: (path: BundlePath) => FileState | undefined;
  /** Tracked, or known from the base. */
  readonly held: (path: BundlePath) => boolean;
  /** Hashes what lies untracked at these paths, in bulk; afterwards `inTheWay` answers at once. */
  readonly prepareInTheWay: (paths: Iterable<BundlePath>, options?: LongCallOptions) => Promise<void>;
  /**
   * What is on disk at, or above, a path without being part of W; ignored files and folders count like any other.
   * @throws BaleError `PERMISSION`, `FILE_CHANGED`, `IO`
   */
  readonly inTheWay: (path: BundlePath) => InTheWay | undefined;
}
