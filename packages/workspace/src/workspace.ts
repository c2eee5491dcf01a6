import { BALE_LAYER, type BundlePath, DEFAULT_LAYER, type LayerName } from "@bale/spec";
import type { StatCache } from "./cache/stat-cache.js";
import { IGNORE_FILE } from "./control-folder.js";
import type { WorkspaceLock } from "./lock/lock-workspace.js";
import type { Project } from "./project/project.js";
import type { WorkspaceState } from "./state/workspace-state.js";
import type { FsyncMode } from "./write-atomic.js";

/** An open workspace. Dispose releases a lock that `openWorkspace` took. */
export interface Workspace extends AsyncDisposable {
  /** Absolute. */
  readonly root: string;
  /** `undefined` without a `bale.yaml`. */
  readonly project: Project | undefined;
  /** As it was loaded, or last given to `replaceState`. */
  readonly state: WorkspaceState;
  readonly statCache: StatCache;
  readonly fsync: FsyncMode;
  /** Present when this process may change the workspace. */
  readonly lock: WorkspaceLock | undefined;
  /** The layer of a path: of the project's declarations; without a `bale.yaml` the layer that B has, else `default`. */
  readonly assign: (path: BundlePath) => LayerName;
  /** Where a path is on disk; absolute. */
  readonly resolve: (path: BundlePath) => string;
  /** In memory; `save` writes it. */
  readonly replaceState: (next: WorkspaceState) => void;
  /** Reads `bale.yaml` again, after a pull replaced it. @throws BaleError `CONFIG_INVALID` */
  readonly reloadProject: () => Promise<void>;
  /** Writes state and cache. @throws BaleError `INTERNAL` without the lock; `NO_SPACE`, `PERMISSION`, `IO` */
  readonly save: () => Promise<void>;
  /** Writes the cache if it can: for commands that change nothing, on disks that may be read-only. */
  readonly saveStatCache: () => Promise<void>;
}

/** How a workspace assigns layers. */
export function layerAssigner(
  workspace: Pick<Workspace, "project" | "state">,
): (path: BundlePath) => LayerName {
  return (path) => {
    if (workspace.project) return workspace.project.assigner(path);
    if (path === IGNORE_FILE) return BALE_LAYER;
    return workspace.state.entries.get(path)?.base?.layer ?? DEFAULT_LAYER;
  };
}
