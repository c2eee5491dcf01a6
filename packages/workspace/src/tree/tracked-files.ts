import { statSync } from "node:fs";
import { join } from "node:path";
import { BaleError, type BundlePath } from "@bale/spec";
import { type FileStat, fileStatOf, lstatIfThere } from "../file-stat.js";
import { errnoOf, localError } from "../local-error.js";
import type { TreeScan } from "../scan/tree-scan.js";
import type { StateEntry } from "../state/workspace-state.js";
import { createRealFolders, parentOf } from "./real-folders.js";
import type { CursorHit } from "./tracked-cursor.js";

/** A tracked path as it was found, before its content is known. */
export interface TrackedFile {
  readonly path: BundlePath;
  readonly entry: StateEntry;
  readonly stat: FileStat;
}
export interface LocatedFiles {
  readonly present: readonly TrackedFile[];
  readonly absent: readonly BundlePath[];
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

function unreadableAbove(scan: Pick<TreeScan, "unreadable">, path: string): BaleError | undefined {
  if (scan.unreadable.size === 0) return undefined;
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    const error = scan.unreadable.get(folder);
    if (error || folder === "") return error;
  }
}

/**
 * Looks one by one at tracked files that a walk did not meet: in folders that are ignored what is tracked stays tracked, and below a folder that
 * could not be read nothing is known. Followed links are looked at through the link.
 */
export function locateTracked(
  root: string,
  hits: readonly CursorHit[],
  scan: Pick<TreeScan, "folders" | "unreadable">,
): LocatedFiles {
  const present: TrackedFile[] = [];
  const absent: BundlePath[] = [];
  const unknown: { path: BundlePath; error: BaleError }[] = [];
  const folders = createRealFolders(root, scan.folders);
  const look = ({ path, entry }: CursorHit): FileStat | undefined => {
    const above = unreadableAbove(scan, path);
    if (above) throw above;
    if (folders.kind(parentOf(path)) !== "folder") return undefined;
    const stats = lstatIfThere(join(root, path));
    const stat = stats && fileStatOf(stats);
    return stat?.kind === "link" && entry.follow ? followedStat(join(root, path), path) : stat;
  };
  for (const hit of hits)
    try {
      const stat = look(hit);
      if (stat) present.push({ ...hit, stat });
      else absent.push(hit.path);
    } catch (error) {
      if (!BaleError.is(error)) throw error;
      unknown.push({ path: hit.path, error });
    }
  return { present, absent, unknown };
}
