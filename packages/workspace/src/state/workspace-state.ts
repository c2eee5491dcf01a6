import {
  type BundlePath,
  comparePaths,
  type Digest,
  type FileState,
  type LayerName,
  type RoleName,
  type TreeEntry,
} from "@bale/spec";
import { type Capabilities, FULL_CAPABILITIES } from "../capabilities.js";

/** What `.bale/state` says of one path. Without `base` the path was added here; with `base` and not tracked it was removed here. */
export interface StateEntry {
  readonly tracked: boolean;
  /** State at the last synchronisation with the upstream. */
  readonly base?: FileState | undefined;
  /** A link whose content, not target, is the file (`add --follow`). */
  readonly follow?: true | undefined;
}
/** The last synchronisation with the upstream. */
export interface StateBase {
  readonly manifest: Digest;
  readonly reference: string;
  /** Manifests that B came from, newest first, as far as they were walked. */
  readonly chain?: readonly Digest[] | undefined;
}
/** The remote as it was last seen, for `status` without a network. */
export interface LastRemote {
  readonly reference: string;
  readonly manifest: Digest;
  readonly contentDigest?: Digest | undefined;
  /** Milliseconds since 1970. */
  readonly seenAtMs: number;
}
export interface WorkspaceState {
  readonly version: 1;
  /** Formatted reference with tag. */
  readonly upstream?: string | undefined;
  /** What `--role` and `--layer` were at the last clone or pull; absent: never given. */
  readonly selection?:
    | { readonly roles: readonly RoleName[]; readonly layers: readonly LayerName[] }
    | undefined;
  readonly base?: StateBase | undefined;
  /** In the order of `comparePaths`. */
  readonly entries: ReadonlyMap<BundlePath, StateEntry>;
  readonly capabilities: Capabilities;
  /** The kernel's run in which the state was written. */
  readonly bootId?: string | undefined;
  readonly lastRemote?: LastRemote | undefined;
  /** Manifests that this workspace pushed to references other than the upstream, by reference. */
  readonly pushed?: Readonly<Record<string, Digest>> | undefined;
}

export const STATE_FORMAT = 1;

/** The state of a workspace in which nothing has happened. */
export function emptyState(capabilities: Capabilities = FULL_CAPABILITIES): WorkspaceState {
  return { version: 1, entries: new Map(), capabilities };
}

/** Puts entries in the order that a state needs; of entries with one path the last one counts. */
export function sortEntries(
  entries: Iterable<readonly [BundlePath, StateEntry]>,
): ReadonlyMap<BundlePath, StateEntry> {
  const map = new Map(entries);
  return new Map([...map].sort(([a], [b]) => comparePaths(a, b)));
}

/** B, in the order of `comparePaths`. */
export function* baseEntries(state: WorkspaceState): Iterable<TreeEntry> {
  for (const [path, entry] of state.entries) if (entry.base) yield { path, state: entry.base };
}
