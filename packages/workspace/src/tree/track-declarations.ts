import { join } from "node:path";
import type { BundlePath } from "@bale/spec";
import { IGNORE_FILE, PROJECT_FILE } from "../control-folder.js";
import { fileStatOf, lstatIfThere } from "../file-stat.js";
import { type StateEntry, sortEntries } from "../state/workspace-state.js";

/**
 * `bale.yaml` and `.baleignore` travel with every bundle, so they are tracked wherever they exist; only an explicit `remove` of a
 * published one is respected.
 */
export function trackDeclarations(
  root: string,
  entries: ReadonlyMap<BundlePath, StateEntry>,
): ReadonlyMap<BundlePath, StateEntry> {
  const missing = [PROJECT_FILE, IGNORE_FILE]
    .map((name) => name as BundlePath)
    .filter((path) => {
      if (entries.has(path)) return false;
      const stats = lstatIfThere(join(root, path));
      return stats !== undefined && fileStatOf(stats)?.kind !== "link" && fileStatOf(stats) !== undefined;
    });
  if (missing.length === 0) return entries;
  return sortEntries([...entries, ...missing.map((path) => [path, { tracked: true }] as const)]);
}
