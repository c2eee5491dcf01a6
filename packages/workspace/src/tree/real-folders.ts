import { join } from "node:path";
import { isFolderMode, lstatIfThere } from "../file-stat.js";

/** What a parent folder of a path is. `link` is any kind of link, whatever it leads to. */
export type FolderKind = "folder" | "absent" | "other";

/** Looks at parents once each, from the top: a path below a link is not in the tree, whatever `lstat` of the whole path says. */
export interface RealFolders {
  readonly kind: (folder: string) => FolderKind;
  /** The highest parent that is there and no folder. */
  readonly blockedBy: (path: string) => string | undefined;
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** `known`: folders that a walk has entered. */
export function createRealFolders(root: string, known: ReadonlySet<string> = new Set()): RealFolders {
  const kinds = new Map<string, FolderKind>();
  const look = (folder: string): FolderKind => {
    const above = kind(parentOf(folder));
    if (above !== "folder") return above;
    const stats = lstatIfThere(join(root, folder));
    if (stats === undefined) return "absent";
    return isFolderMode(stats.mode) ? "folder" : "other";
  };
  const kind = (folder: string): FolderKind => {
    if (folder === "" || known.has(folder)) return "folder";
    const seen = kinds.get(folder) ?? look(folder);
    kinds.set(folder, seen);
    return seen;
  };
  const blockedBy = (path: string): string | undefined => {
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder))
      if (kind(folder) === "other" && kind(parentOf(folder)) === "folder") return folder;
    return undefined;
  };
  return { kind, blockedBy };
}
