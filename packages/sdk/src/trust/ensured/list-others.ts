import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BaleError, type BundlePath, comparePaths } from "@bale/spec";
import { CONTROL_FOLDER, errnoOf, type FileStat, fileStatOf, localError } from "@bale/workspace";
import { OWN_PREFIX } from "./ensure-record.js";

/** What is in a folder beside the wanted paths. */
export interface Others {
  /** Files and links, sorted. The paths are names on disk, not checked like those of a bundle. */
  readonly files: readonly { readonly path: BundlePath; readonly stat: FileStat }[];
  /** Folders that hold nothing, and are no parent of a wanted path. */
  readonly emptyFolders: readonly string[];
}

function refuse(path: string, why: string): BaleError {
  return new BaleError({
    code: "WOULD_OVERWRITE",
    message: `ensure does not remove ${JSON.stringify(path)}`,
    why,
    fix: "move it away, or run it without --mirror",
    context: { path },
  });
}

function childrenOf(absolute: string, label: string): readonly Dirent[] {
  try {
    const children = readdirSync(absolute, { withFileTypes: true });
    // Node shows bytes that are no UTF-8 as U+FFFD; such a file could be looked at, but not named.
    const odd = children.find((child) => child.name.includes("\ufffd"));
    if (odd) throw refuse(join(label, odd.name), "its name is not UTF-8");
    return children;
  } catch (error) {
    throw localError(error, label === "" ? absolute : label, "reading");
  }
}

/**
 * Walks below `from` without passing a link. A link is a file here, whatever it leads to.
 * @throws BaleError `WOULD_OVERWRITE` for a repository, a workspace, a special file or a name that cannot be handled; `PERMISSION`, `IO`
 */
export function listOthers(root: string, isWanted: (path: string) => boolean, from: string = ""): Others {
  const files: { path: BundlePath; stat: FileStat }[] = [];
  const emptyFolders: string[] = [];

  /** Whether there is anything in the folder that stays or has to be removed one by one. */
  const walk = (folder: string): boolean => {
    let holds = false;
    for (const child of childrenOf(join(root, folder), folder)) {
      const path = folder === "" ? child.name : `${folder}/${child.name}`;
      if (folder === "" && child.name.startsWith(OWN_PREFIX)) continue;
      if (child.name === ".git" || child.name === CONTROL_FOLDER)
        throw refuse(path, child.name === ".git" ? "it is a repository of git" : "it is a workspace");
      if (child.isDirectory()) holds = walk(path) || holds;
      else holds = take(path) || holds;
    }
    if (!holds && folder !== from) emptyFolders.push(folder);
    return holds;
  };
  const take = (path: string): boolean => {
    if (isWanted(path)) return true;
    try {
      const stat = fileStatOf(lstatSync(join(root, path), { bigint: true }));
      if (!stat) throw refuse(path, "it is a device, a socket or a pipe");
      files.push({ path: path as BundlePath, stat });
      return true;
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return false;
      throw localError(error, path, "looking at");
    }
  };
  walk(from);
  return { files: files.sort((a, b) => comparePaths(a.path, b.path)), emptyFolders };
}
