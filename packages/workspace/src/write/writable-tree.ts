import type { BundlePath } from "@bale/spec";
import type { StatCache } from "../cache/stat-cache.js";
import type { WorkspaceLock } from "../lock/lock-workspace.js";
import type { WorkspaceState } from "../state/workspace-state.js";
import type { FsyncMode } from "../write-atomic.js";

/** What a writer needs to know of the tree that it changes: a workspace is one, and so is a folder that `ensure` fills. */
export interface WritableTree {
  readonly root: string;
  readonly fsync: FsyncMode;
  readonly lock: Pick<WorkspaceLock, "isHeld"> | undefined;
  readonly state: Pick<WorkspaceState, "capabilities" | "entries">;
  readonly statCache: Pick<StatCache, "current" | "delete" | "set">;
  readonly resolve: (path: BundlePath) => string;
}
