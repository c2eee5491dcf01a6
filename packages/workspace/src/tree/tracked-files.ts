import { statSync } from "node:fs";
import { join } from "node:path";
import { BaleError, type BundlePath, comparePaths } from "@bale/spec";
import { type FileStat, fileStatOf, lstatIfThere } from "../file-stat.js";
import { errnoOf, localError } from "../local-error.js";
import type { ScannedFile, TreeScan } from "../scan/tree-scan.js";
import type { StateEntry } from "../state/workspace-state.js";
import { createRealFolders, parentOf } from "./real-folders.js";

/** A tracked path as it was found, before its content is known. */
export interface TrackedFile {
  readonly path: BundlePath;
  readonly entry: StateEntry;
  readonly stat: FileStat;
}
export interface TrackedSplit {
  readonly present: readonly TrackedFile[];
  readonly absent: readonly BundlePath[];
  readonly untracked: readonly ScannedFile[];
  /** Tracked, but nothing is known of them. */
  readonly unknown: readonly { readonly path: BundlePath; readonly error: BaleError }[];
}

/** Stat of what a followed link leads to. */
function followedStat(file: string, path: string): FileStat {
  try {
    const stat = fileStatOf(statSync(file, { bigint: true }));
    if (stat) return stat;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw localError(error, path, "following");
  }
  // Not a deletion: the disk that it leads to may just not be mounted.
  throw new BaleError({
    code: "NOT_FOUND",
    message: `${path} leads to no file`,
    why: "it is a link that was added with --follow, and its target is missing or no regular file",
    fix: "bring the target back, or `bale remove` the path",
    context: { path },
  });
}

function unreadableAbove(scan: TreeScan, path: string): BaleError | undefined {
  if (scan.unreadable.size === 0) return undefined;
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    const error = scan.unreadable.get(folder);
    if (error || folder === "") return error;
  }
}

/**
 * Splits what is on disk by what is tracked, in one walk over two sorted lists. Tracked files in folders that the walk did not enter, because they
 * are ignored, are looked at one by one: what is tracked stays tracked.
 */
export function splitTracked(
  root: string,
  scan: TreeScan,
  entries: ReadonlyMap<BundlePath, StateEntry>,
): TrackedSplit {
  const present: TrackedFile[] = [];
  const absent: BundlePath[] = [];
  const untracked: ScannedFile[] = [];
  const unknown: { path: BundlePath; error: BaleError }[] = [];
  const folders = createRealFolders(root, scan.folders);

  const outsideWalk = (path: BundlePath): FileStat | undefined => {
    const parent = parentOf(path);
    if (scan.folders.has(parent) || folders.kind(parent) !== "folder") return undefined;
    const stats = lstatIfThere(join(root, path));
    return stats && fileStatOf(stats);
  };
  const take = (path: BundlePath, entry: StateEntry, seen: FileStat | undefined): void => {
    const error = seen ? undefined : unreadableAbove(scan, path);
    if (error) unknown.push({ path, error });
    else
      try {
        const found = seen ?? outsideWalk(path);
        if (found === undefined) absent.push(path);
        else {
          const follows = entry.follow && found.kind === "link";
          present.push({ path, entry, stat: follows ? followedStat(join(root, path), path) : found });
        }
      } catch (problem) {
        if (!BaleError.is(problem)) throw problem;
        unknown.push({ path, error: problem });
      }
  };

  let next = 0;
  for (const [path, entry] of entries) {
    let file = scan.files[next];
    while (file && file.path !== path && comparePaths(file.path, path) < 0) {
      untracked.push(file);
      file = scan.files[++next];
    }
    const seen = file?.path === path ? file : undefined;
    if (seen) next++;
    if (entry.tracked) take(path, entry, seen?.stat);
    else if (seen) untracked.push(seen);
  }
  for (; next < scan.files.length; next++) untracked.push(scan.files[next] as ScannedFile);
  return { present, absent, untracked, unknown };
}
