import { rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { BaleError, type BundlePath, parseBundlePath } from "@bale/spec";
import { fileStatOf, isFolderMode, lstatIfThere } from "../file-stat.js";
import { parentOf } from "../tree/real-folders.js";
import type { Workspace } from "../workspace.js";
import { createKeptFiles } from "./kept-files.js";
import { placeFile } from "./place-file.js";
import { listReplaced, type ReplacedFile } from "./replaced.js";
import { createSafeFolders } from "./safe-folders.js";

export interface RestoreOptions {
  /** Of one run; default: for each path the newest. */
  readonly id?: string | undefined;
}
export interface RestoreResult {
  readonly restored: readonly ReplacedFile[];
  /** Paths of which nothing is kept. */
  readonly missing: readonly string[];
}

function newest(kept: readonly ReplacedFile[], wanted: readonly string[]): readonly ReplacedFile[] {
  const found = new Map<BundlePath, ReplacedFile>();
  for (const file of kept) {
    const asked =
      wanted.length === 0 || wanted.some((path) => file.path === path || file.path.startsWith(`${path}/`));
    if (asked && !found.has(file.path)) found.set(file.path, file);
  }
  return [...found.values()];
}

function removeEmptyParents(file: string): void {
  for (let folder = dirname(file), steps = 0; steps < 4096; folder = dirname(folder), steps++)
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
}

/**
 * Brings kept files back; without paths the newest of every path. What is at such a place now is kept in turn, so that a restore can be restored.
 * The state does not change: a restored file is a local change. Call with the lock held.
 * @throws BaleError `INTERNAL` without the lock, `SYMLINK_PARENT`, `WOULD_OVERWRITE` for a folder in the way, `PERMISSION`, `NO_SPACE`, `IO`
 */
export async function restoreReplaced(
  workspace: Workspace,
  paths: readonly string[] = [],
  options: RestoreOptions = {},
): Promise<RestoreResult> {
  if (!workspace.lock?.isHeld())
    throw new BaleError({ code: "INTERNAL", message: "the working tree was to be written without the lock" });
  const all = listReplaced(workspace.root).filter(({ id }) => options.id === undefined || id === options.id);
  const wanted = newest(all, paths);
  const missing = paths.filter(
    (path) => !wanted.some((file) => file.path === path || file.path.startsWith(`${path}/`)),
  );
  const folders = createSafeFolders(workspace.root);
  const kept = createKeptFiles(workspace, "restore");
  try {
    for (const file of wanted) {
      const path = parseBundlePath(file.path);
      const folder = folders.open(parentOf(path), true);
      if (!folder) continue;
      const name = path.slice(path.lastIndexOf("/") + 1);
      const place = folder.path(name);
      const now = lstatIfThere(place);
      if (now && isFolderMode(now.mode))
        throw new BaleError({
          code: "WOULD_OVERWRITE",
          message: `a folder is in the way: ${path}`,
          fix: "move it away, then restore again",
          context: { path },
        });
      if (now) kept.moveAway(place, path, fileStatOf(now));
      placeFile(file.file, folder, name, path);
      workspace.statCache.delete(path);
      removeEmptyParents(file.file);
    }
  } finally {
    folders[Symbol.dispose]();
    kept.close();
  }
  return { restored: wanted, missing };
}
