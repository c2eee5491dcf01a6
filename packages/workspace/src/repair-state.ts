import { renameSync, rmSync } from "node:fs";
import { BaleError } from "@bale/spec";
import { probeCapabilities } from "./capabilities.js";
import { controlPaths } from "./control-folder.js";
import { lstatIfThere } from "./file-stat.js";
import { localError } from "./local-error.js";
import type { WorkspaceLock } from "./lock/lock-workspace.js";
import { loadState, storeState } from "./state/state-file.js";
import { emptyState } from "./state/workspace-state.js";
import { trackDeclarations } from "./tree/track-declarations.js";

export interface RepairResult {
  readonly outcome: "healthy" | "repaired";
  /** Where the damaged file was put. */
  readonly backup?: string | undefined;
}

/**
 * Puts a damaged state aside and begins a new one, in which nothing is tracked: no file of the working tree is touched, and the next pull
 * takes over those whose bytes agree with the remote. A state of a newer version is never rewritten.
 * @throws BaleError `STATE_VERSION`, `INTERNAL` without the lock, `PERMISSION`, `NO_SPACE`, `IO`
 */
export async function repairState(root: string, lock: WorkspaceLock): Promise<RepairResult> {
  if (!lock.isHeld())
    throw new BaleError({ code: "INTERNAL", message: "a state was to be repaired without the lock" });
  try {
    loadState(root);
    return { outcome: "healthy" };
  } catch (error) {
    if (!BaleError.is(error, "STATE_CORRUPT")) throw error;
  }
  const paths = controlPaths(root);
  const backup = freeName(`${paths.state}.corrupt-`);
  try {
    renameSync(paths.state, backup);
    // The cache speaks of a state that is gone.
    rmSync(paths.statCache, { force: true });
  } catch (error) {
    throw localError(error, paths.state, "putting aside");
  }
  const fresh = emptyState(probeCapabilities(paths.folder));
  storeState(root, { ...fresh, entries: trackDeclarations(root, fresh.entries) }, { sync: true });
  return { outcome: "repaired", backup };
}

function freeName(wanted: string): string {
  for (let count = 1; ; count++) {
    const name = `${wanted}${count}`;
    if (lstatIfThere(name) === undefined) return name;
  }
}
