import { join, resolve } from "node:path";
import { BaleError, type CallOptions } from "@bale/spec";
import { readBootId } from "./boot-id.js";
import type { StatCache } from "./cache/stat-cache.js";
import { loadStatCache, storeStatCache } from "./cache/stat-cache-file.js";
import { controlPaths } from "./control-folder.js";
import { isFolderMode, lstatIfThere } from "./file-stat.js";
import { type LockOptions, lockWorkspace, type WorkspaceLock } from "./lock/lock-workspace.js";
import { readProject } from "./project/read-project.js";
import { loadState, storeState } from "./state/state-file.js";
import { layerAssigner, type Workspace } from "./workspace.js";
import type { FsyncMode } from "./write-atomic.js";

export interface OpenOptions extends CallOptions {
  /** A lock that the caller holds and releases, or how to get one for the life of the workspace. Without it the workspace is read-only. */
  readonly lock?: WorkspaceLock | LockOptions | undefined;
  /** Default `auto`. */
  readonly fsync?: FsyncMode | undefined;
}

function isLock(lock: WorkspaceLock | LockOptions): lock is WorkspaceLock {
  return "release" in lock;
}

function checkRoot(root: string): void {
  const stats = lstatIfThere(controlPaths(root).folder);
  if (stats && isFolderMode(stats.mode)) return;
  throw new BaleError({
    code: "NOT_A_WORKSPACE",
    message: `not a workspace: ${root}`,
    why: "it holds no .bale folder",
    fix: "run `bale init` there",
    context: { path: root },
  });
}

/**
 * Opens the workspace whose `.bale` is directly in `root`. With a lock the state is read after the lock is held, so that it is the newest.
 * @throws BaleError `NOT_A_WORKSPACE`, `LOCKED`, `STATE_CORRUPT`, `STATE_VERSION`, `CONFIG_INVALID`, `INTERRUPTED`, `PERMISSION`, `IO`
 */
export async function openWorkspace(root: string, options: OpenOptions = {}): Promise<Workspace> {
  const absolute = resolve(root);
  checkRoot(absolute);
  const { lock: wanted, signal } = options;
  const given = wanted && isLock(wanted) ? wanted : undefined;
  const taken = wanted && !isLock(wanted) ? await lockWorkspace(absolute, { signal, ...wanted }) : undefined;
  try {
    return await open(absolute, given ?? taken, taken, options.fsync ?? "auto");
  } catch (error) {
    await taken?.release();
    throw error;
  }
}

async function open(
  root: string,
  lock: WorkspaceLock | undefined,
  owned: WorkspaceLock | undefined,
  fsync: FsyncMode,
): Promise<Workspace> {
  let project = await readProject(root);
  let state = loadState(root);
  const bootId = readBootId();
  const layersKey = (): string => project?.layersKey ?? "";
  let cache: StatCache = loadStatCache(root, {
    bootId,
    layersKey: layersKey(),
    paths: [...state.entries.keys()],
  });
  const sync = fsync !== "never";
  const saveCache = (): void => storeStatCache(root, cache, { bootId, layersKey: layersKey() }, { sync });

  const workspace: Workspace = {
    root,
    fsync,
    lock,
    get project() {
      return project;
    },
    get state() {
      return state;
    },
    get statCache() {
      return cache;
    },
    assign: (path) => layerAssigner(workspace)(path),
    resolve: (path) => join(root, path),
    replaceState: (next) => {
      state = next;
    },
    async reloadProject() {
      const before = layersKey();
      project = await readProject(root);
      if (layersKey() !== before) cache = cache.withoutLayers();
    },
    async save() {
      if (!lock?.isHeld())
        throw new BaleError({ code: "INTERNAL", message: "a workspace was saved without its lock" });
      // The state first: a cache without its state costs time, a state without its cache as well; neither is wrong.
      storeState(root, { ...state, bootId }, { sync });
      saveCache();
    },
    async saveStatCache() {
      try {
        saveCache();
      } catch {
        // A disk that is full or read-only costs only the time of hashing again.
      }
    },
    async [Symbol.asyncDispose]() {
      await owned?.release();
    },
  };
  return workspace;
}
