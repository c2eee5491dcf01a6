import { createTreeCheck } from "@bale/core";
import { BaleError, type BundlePath, comparePaths, type EntryKind } from "@bale/spec";
import { lstatIfThere } from "../file-stat.js";
import type { StateEntry } from "../state/workspace-state.js";
import type { Workspace } from "../workspace.js";

function check(paths: readonly BundlePath[], links: ReadonlyMap<BundlePath, string>): void {
  const tree = createTreeCheck();
  for (const path of paths) {
    const target = links.get(path);
    const kind: EntryKind = target === undefined ? "file" : "link";
    tree.add(path, kind, target);
  }
  tree.finish();
}

/**
 * Refuses names that would be one file on some system, and a path that is a parent of another, before anything is tracked.
 * Tracked files that are gone from disk do not count, so that a file can change its case or give way to a folder.
 * @throws BaleError `NAME_COLLISION`, `UNSAFE_PATH`, `LIMIT`
 */
export function checkNames(
  workspace: Workspace,
  entries: ReadonlyMap<BundlePath, StateEntry>,
  newLinks: ReadonlyMap<BundlePath, string>,
): void {
  const tracked = [...entries].filter(([, entry]) => entry.tracked).map(([path]) => path);
  const paths = tracked.sort(comparePaths);
  try {
    check(paths, newLinks);
  } catch (error) {
    if (!BaleError.is(error, "NAME_COLLISION") && !BaleError.is(error, "UNSAFE_PATH")) throw error;
    const present = paths.filter((path) => lstatIfThere(workspace.resolve(path))?.isDirectory() === false);
    if (present.length === paths.length) throw error;
    check(present, newLinks);
  }
}
