import { BaleError, type BundlePath, comparePaths, type EntryKind, LIMITS, pathKey } from "@bale/spec";
import { findLinkPassage, type Link } from "./link-passage.js";
import { linkTargetProblem } from "./link-target.js";

export interface TreeCheck {
  /**
   * Takes the next path in ascending order. `target`: of a link.
   * @throws BaleError `NAME_COLLISION`, `UNSAFE_PATH`, `LINK_UNSAFE`, `LIMIT`, `INDEX_INVALID` (not sorted)
   */
  readonly add: (path: BundlePath, kind: EntryKind, target?: string | undefined) => void;
  /** What only the whole tree shows: links that pass through links. @throws BaleError `LINK_UNSAFE` */
  readonly finish: () => void;
}
interface OpenFolder {
  /** With a slash at the end; empty for the root. */
  readonly prefix: string;
  /** Key of each name in this folder, to the spelling that took it. */
  readonly names: Map<string, { readonly name: string; readonly folder: boolean }>;
}

const ASCII = /^[\u0000-\u007f]*$/;

// For ASCII the four steps of the key come to lower case alone; most names of real trees are ASCII.
const nameKey = (name: string): string => (ASCII.test(name) ? name.toLowerCase() : pathKey(name));

/**
 * Checks of a whole tree, over paths that come sorted from all layers: no twins among paths and parent folders, no path that is a parent
 * of another, links that stay inside and pass through no other link, at most `LIMITS.files` paths.
 * Holds the names of the folders that are open at that point of the walk, and the links; never the whole tree, since what a folder holds
 * comes in one run when paths are sorted by bytes.
 */
export function createTreeCheck(): TreeCheck {
  const open: OpenFolder[] = [{ prefix: "", names: new Map() }];
  const links: Link[] = [];
  let previous = "";
  let files = 0;

  function take(folder: OpenFolder, name: string, isFolder: boolean, path: string): void {
    const key = nameKey(name);
    const taken = folder.names.get(key);
    if (taken === undefined) folder.names.set(key, { name, folder: isFolder });
    else if (taken.name !== name)
      throw new BaleError({
        code: "NAME_COLLISION",
        message: `two names would be one on some systems: ${quote(folder.prefix + taken.name)} and ${quote(folder.prefix + name)}`,
        why: "they differ only in case or in Unicode normalisation",
        context: { paths: [folder.prefix + taken.name, folder.prefix + name] },
      });
    else if (!taken.folder || !isFolder)
      throw new BaleError({
        code: "UNSAFE_PATH",
        message: `${quote(folder.prefix + name)} is both a file and a folder`,
        why: "no path may be a parent of another",
        context: { paths: [folder.prefix + name, path] },
      });
  }

  function enterFolders(path: string): OpenFolder {
    let depth = open.length - 1;
    while (depth > 0 && !path.startsWith((open[depth] as OpenFolder).prefix)) depth--;
    open.length = depth + 1;
    let folder = open[depth] as OpenFolder;
    for (;;) {
      const slash = path.indexOf("/", folder.prefix.length);
      if (slash < 0) return folder;
      take(folder, path.slice(folder.prefix.length, slash), true, path);
      folder = { prefix: path.slice(0, slash + 1), names: new Map() };
      open.push(folder);
    }
  }

  return {
    add: (path, kind, target) => {
      if (++files > LIMITS.files)
        throw new BaleError({ code: "LIMIT", message: `more than ${LIMITS.files} files in one bundle` });
      if (files > 1 && comparePaths(previous, path) >= 0) throw orderError(previous, path);
      previous = path;
      const folder = enterFolders(path);
      take(folder, path.slice(folder.prefix.length), false, path);
      if (kind !== "link") return;
      const problem = target === undefined ? "it has no target" : linkTargetProblem(path, target);
      if (problem !== undefined) throw unsafeLink(path, target ?? "", problem);
      links.push({ path, target: target ?? "" });
    },
    finish: () => {
      const found = findLinkPassage(links);
      if (found)
        throw unsafeLink(
          found.link.path,
          found.link.target,
          `its target passes through the link ${quote(found.through)}`,
        );
    },
  };
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 200));

function orderError(previous: string, path: string): BaleError {
  if (previous === path)
    return new BaleError({
      code: "NAME_COLLISION",
      message: `${quote(path)} is in the bundle twice`,
      why: "a path belongs to one layer and has one row",
      context: { paths: [path] },
    });
  return new BaleError({
    code: "INDEX_INVALID",
    message: "the paths of the index are not sorted",
    why: `${quote(path)} comes after ${quote(previous)}`,
    context: { path },
  });
}

function unsafeLink(path: string, target: string, why: string): BaleError {
  return new BaleError({
    code: "LINK_UNSAFE",
    message: `link refused: ${quote(path)} -> ${quote(target)}`,
    why,
    context: { path, target: target.slice(0, 200) },
  });
}
