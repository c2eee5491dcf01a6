import type { BundlePath, Digest, FileState } from "@bale/spec";
import type { InTheWay } from "../diff/path-change.js";
import type { ThreeWayResult } from "../diff/three-way-types.js";
import type { Blocked } from "./blocked.js";

/** The ways out of a refusal. Where `ours` and `theirs` both match, `ours` wins: it keeps work. */
export interface PullPolicy {
  /** Takes the remote's side, also over local changes; what was here is kept aside. */
  readonly theirs: (path: BundlePath) => boolean;
  /** Keeps what is here and lets it become a local change. */
  readonly ours: (path: BundlePath) => boolean;
  /** `theirs` for every path. */
  readonly overwrite: boolean;
  /** `overwrite`, and tracked files that the remote lacks are removed (kept aside). */
  readonly mirror: boolean;
  /** Brings local deletions back and forces nothing else. */
  readonly restore: boolean;
  /** Limits the pull; every other path is left wholly alone, its base included. */
  readonly path?: ((path: BundlePath) => boolean) | undefined;
}

export interface PullInput {
  readonly diff: ThreeWayResult;
  readonly policy: PullPolicy;
  readonly remoteManifest: Digest;
}

/**
 * One step of a pull. `expect` is what must still be on disk when the step is done; anything else there means that the file changed since the plan.
 * - `write`: the file becomes `state`, is tracked, and `state` is its base. `keepOld`: what is there goes to `.bale/replaced` first. With
 *   `expect.kind` `parent-is-file` the parent goes there (once for all paths below it); with `folder` the folder, empty by then, is removed.
 * - `delete`: the file leaves the disk and the state.
 * - `adopt`: the bytes on disk are already those of `state`: the path is tracked and `state` is its base.
 * - `set-base`: only the base changes; with `track` the file on disk is tracked from now on.
 * - `forget`: the path leaves the state; nothing on disk changes.
 */
export type PullAction =
  | {
      readonly type: "write";
      readonly path: BundlePath;
      readonly state: FileState;
      readonly expect: FileState | "absent" | InTheWay;
      readonly keepOld: boolean;
    }
  | {
      readonly type: "delete";
      readonly path: BundlePath;
      readonly expect: FileState;
      readonly keepOld: boolean;
    }
  | { readonly type: "adopt"; readonly path: BundlePath; readonly state: FileState }
  | {
      readonly type: "set-base";
      readonly path: BundlePath;
      readonly base: FileState | undefined;
      readonly track?: true | undefined;
    }
  | { readonly type: "forget"; readonly path: BundlePath };

export interface PullSummary {
  readonly writes: number;
  /** Sum of the sizes of the files to be written. */
  readonly writeBytes: number;
  readonly deletes: number;
  readonly adopts: number;
  /** Paths whose base alone changes. */
  readonly repairs: number;
  /** Local changes that stay as they are. */
  readonly keptLocal: number;
  /** Changes outside the pull's path limit. */
  readonly outside: number;
  readonly inSync: number;
  readonly unheld: number;
}

/** Plain data. Actions are in the order in which they are safe: all deletes, then writes, then changes of the state; each by path. */
export interface PullPlan {
  readonly kind: "pull";
  readonly remoteManifest: Digest;
  readonly actions: readonly PullAction[];
  /** Sorted by path. Not empty: the plan cannot be approved. */
  readonly blocked: readonly Blocked[];
  readonly summary: PullSummary;
  readonly diverged: boolean;
  /** The remote is older than the base: without a way out the pull does nothing. */
  readonly remoteBehind: boolean;
}
