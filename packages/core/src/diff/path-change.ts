import type { BundlePath, Digest, EntryKind, FileState } from "@bale/spec";

/**
 * What is on disk where a path of the bundle would go, although this workspace does not track it.
 * `holdsUntracked`: at least one file below that folder is not tracked (ignored files count), so no flag removes it.
 * `parent-is-file`: a parent of the path is a file or a link; `path` names that parent.
 */
export type InTheWay =
  | { readonly kind: EntryKind; readonly digest: Digest; readonly size: number }
  | { readonly kind: "folder"; readonly holdsUntracked: boolean }
  | { readonly kind: "special" }
  | { readonly kind: "parent-is-file"; readonly path: string };

/** How the three trees relate at one path. */
export type Verdict = "in-sync" | "local-change" | "remote-change" | "conflict" | "adopt" | "collision";

/** One path at which the three trees are not simply equal. Absent in a tree: `undefined`. */
export interface PathChange {
  readonly path: BundlePath;
  readonly base?: FileState | undefined;
  /** Always absent where the path is not held: there the working tree is, by definition, what the remote is. */
  readonly local?: FileState | undefined;
  readonly remote?: FileState | undefined;
  readonly verdict: Verdict;
  /** A file here where the other side has a folder, or the reverse. */
  readonly clash?: true | undefined;
  /** The path on the other side of a clash: the nearest parent, or for a parent the first path below it. */
  readonly clashesWith?: BundlePath | undefined;
  /** A path of the remote that this workspace does not hold, and beside which `path` cannot exist in one tree. */
  readonly carriedClash?: BundlePath | undefined;
  /** The same digest and kind left this path on the side that changed. */
  readonly renamedFrom?: BundlePath | undefined;
  readonly held: boolean;
  /** Whether the layer it has in the remote (else in the base, else here) is selected. */
  readonly selected: boolean;
  /** It was in a selected layer and the remote moved it to one that is not. */
  readonly movedOut?: true | undefined;
  readonly inTheWay?: InTheWay | undefined;
}
