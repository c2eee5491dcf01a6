import type { BundlePath, LayerName, TreeEntry } from "@bale/spec";
import type { InTheWay, PathChange } from "./path-change.js";

/** The three trees, each sorted by `comparePaths`; lazy ones are read once. */
export interface ThreeWayInput {
  /** Last synchronisation with the upstream. Entries of paths that are not held are allowed and ignored. */
  readonly base: Iterable<TreeEntry>;
  /** Tracked paths that are on disk. */
  readonly local: Iterable<TreeEntry>;
  readonly remote: Iterable<TreeEntry>;
  /** Whether the workspace holds the path: it has a base, or was added. Asked only where no local entry answers it. */
  readonly held: (path: BundlePath) => boolean;
  /** Whether a pull takes paths of this layer. The layer `bale` always counts as selected. */
  readonly selected: (layer: LayerName) => boolean;
  /** What is on disk, untracked, where this path would go. Asked only for remote paths that are absent here. */
  readonly inTheWay: (path: BundlePath) => InTheWay | undefined;
  /** The remote's history left this workspace's: every difference is a conflict. */
  readonly diverged: boolean;
  /** The base's history contains the remote: every difference is a local change. */
  readonly remoteBehind: boolean;
  /** A push to a repository or tag that does not exist yet: everything here is new. */
  readonly remoteAbsent?: boolean | undefined;
}

export interface ThreeWayResult {
  /** Sorted by path: all but what is plainly in sync; in sync only where the base needs repair. */
  readonly changes: readonly PathChange[];
  /** Held paths that are equal here and in the remote, those that need a repair of the base included. */
  readonly inSync: number;
  /** Remote paths that are neither held nor selected: carried, never looked at. */
  readonly unheld: number;
  readonly diverged: boolean;
  readonly remoteBehind: boolean;
}
