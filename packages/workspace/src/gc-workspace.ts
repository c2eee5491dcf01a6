import type { Digest } from "@bale/spec";
import { BaleError } from "@bale/spec";
import { controlPaths } from "./control-folder.js";
import { type Reclaimed, reclaimFolder, reclaimStaging } from "./staging/staging-area.js";
import { pruneIndexObjects } from "./state/index-objects.js";
import type { Workspace } from "./workspace.js";
import { pruneReplaced } from "./write/replaced.js";

export interface GcOptions {
  /** Index objects that are still needed: what the base, and the remote as last seen, are made of. Without it none is removed. */
  readonly keepIndex?: ReadonlySet<Digest> | undefined;
  readonly keepStaged?: ReadonlySet<Digest> | undefined;
  /** Age from which staged blobs go, in milliseconds. Default one day. */
  readonly stagedOlderThanMs?: number | undefined;
  /** Age from which replaced files go, in milliseconds. Default 0: all. */
  readonly replacedOlderThanMs?: number | undefined;
  readonly dryRun?: boolean | undefined;
  readonly nowMs?: number | undefined;
}
export interface GcResult {
  readonly staging: Reclaimed;
  readonly temporary: Reclaimed;
  readonly replaced: Reclaimed;
  readonly indexObjects: number;
}

/**
 * Removes from `.bale/` what nobody needs: leftovers of dead processes, old staged blobs, replaced files, index objects.
 * @throws BaleError `INTERNAL` without the lock, `PERMISSION`, `IO`
 */
export async function gcWorkspace(workspace: Workspace, options: GcOptions = {}): Promise<GcResult> {
  if (!workspace.lock?.isHeld())
    throw new BaleError({ code: "INTERNAL", message: "a workspace was to be cleaned without its lock" });
  const { root, state, statCache } = workspace;
  if (!options.dryRun) {
    // What is no longer held is not asked for, and a cache of just the held paths loads fastest.
    for (const [path] of statCache.entries()) if (!state.entries.has(path)) statCache.delete(path);
    await workspace.saveStatCache();
  }
  const { nowMs, dryRun, keepIndex } = options;
  return {
    staging: reclaimStaging(root, {
      olderThanMs: options.stagedOlderThanMs,
      keep: options.keepStaged,
      nowMs,
      dryRun,
    }),
    // The lock is held, so nobody is writing: every temporary file is a leftover.
    temporary: reclaimFolder(controlPaths(root).temporary, {
      olderThanMs: Number.NEGATIVE_INFINITY,
      nowMs,
      dryRun,
    }),
    replaced: pruneReplaced(root, { olderThanMs: options.replacedOlderThanMs, nowMs, dryRun }),
    indexObjects: keepIndex === undefined ? 0 : pruneIndexObjects(root, keepIndex, { dryRun }),
  };
}
