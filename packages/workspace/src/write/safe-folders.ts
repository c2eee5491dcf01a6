import { closeSync, constants, existsSync, fstatSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { BaleError } from "@bale/spec";
import { isFolderMode, lstatIfThere } from "../file-stat.js";
import { errnoOf, localError } from "../local-error.js";
import { parentOf } from "../tree/real-folders.js";

/** A folder of the tree that is proved to be in it. */
export interface SafeFolder {
  /** Where a name in this folder is; use it at once. */
  readonly path: (name: string) => string;
}
/** Reaches folders without passing a link, whatever others do to the tree meanwhile. */
export interface SafeFolders extends Disposable {
  /** `make`: missing folders are made, 0755 before the umask; else `undefined` when one is missing. */
  readonly open: (folder: string, make: boolean) => SafeFolder | undefined;
  /** To be called when a folder was removed. */
  readonly forget: (folder: string) => void;
}

const OPEN = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
// Few, so that a limit of 64 open files is no trouble.
const MOST_OPEN = 8;

function blocked(root: string, folder: string): BaleError {
  const stats = lstatIfThere(join(root, folder));
  const isLink = stats?.isSymbolicLink() === true;
  return new BaleError({
    code: isLink ? "SYMLINK_PARENT" : "WOULD_OVERWRITE",
    message: isLink ? `${folder} is a symbolic link, not a folder` : `${folder} is no folder`,
    why: isLink
      ? "bale writes through no link: it could lead out of the workspace"
      : "a file of the bundle would have to be below it",
    fix: isLink ? "replace the link by a folder, or ignore what is below it" : "move it away",
    context: { path: folder },
  });
}

function swapped(folder: string): BaleError {
  return new BaleError({
    code: "SYMLINK_PARENT",
    message: `${folder} was moved or replaced while files were written to it`,
    why: "bale writes only into the folder that it has checked",
    context: { path: folder },
  });
}

interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

interface Handle extends Identity {
  readonly fd: number;
}

function isSame(a: Identity | undefined, b: Identity): boolean {
  return a !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/**
 * Linux: each folder is opened relative to its parent's handle, following no link, and names are used relative to that handle
 * (`/proc/self/fd/N/name` is what openat and renameat do, which Node does not have). A folder that is swapped for a link between check and use
 * leads nowhere else. CVE-2018-15664 and CVE-2025-47290 are what happens without.
 */
function createHandleFolders(root: string): SafeFolders {
  const open = new Map<string, Handle>();
  const close = (folder: string): void => {
    const known = open.get(folder);
    open.delete(folder);
    if (known !== undefined) closeSync(known.fd);
  };
  const keep = (folder: string, fd: number): Handle => {
    for (const [oldest] of open) {
      if (open.size < MOST_OPEN) break;
      close(oldest);
    }
    const { dev, ino } = fstatSync(fd, { bigint: true });
    const handle = { fd, dev, ino };
    open.set(folder, handle);
    return handle;
  };
  const openChild = (parent: number, folder: string, make: boolean): number | undefined => {
    const path = `/proc/self/fd/${parent}/${folder.slice(parentOf(folder) === "" ? 0 : parentOf(folder).length + 1)}`;
    for (;;)
      try {
        return openSync(path, OPEN);
      } catch (error) {
        const name = errnoOf(error);
        if (name === "ELOOP" || name === "ENOTDIR") throw blocked(root, folder);
        if (name !== "ENOENT") throw localError(error, folder, "opening");
        if (!make) return undefined;
        try {
          mkdirSync(path, 0o755);
        } catch (failure) {
          if (errnoOf(failure) !== "EEXIST") throw localError(failure, folder, "making");
        }
      }
  };
  const handle = (folder: string, make: boolean): Handle | undefined => {
    const known = open.get(folder);
    if (known !== undefined) {
      open.delete(folder);
      open.set(folder, known);
      return known;
    }
    if (folder === "") return keep("", openSync(root, constants.O_RDONLY | constants.O_DIRECTORY));
    const parent = handle(parentOf(folder), make);
    const fd = parent === undefined ? undefined : openChild(parent.fd, folder, make);
    return fd === undefined ? undefined : keep(folder, fd);
  };
  return {
    open(folder, make) {
      const held = handle(folder, make);
      if (held === undefined) return undefined;
      // The handle cannot be led astray, but what it leads to may have been moved away: then the file would be lost to sight.
      if (folder !== "" && !isSame(lstatIfThere(join(root, folder)), held)) throw swapped(folder);
      return { path: (name) => `/proc/self/fd/${held.fd}/${name}` };
    },
    forget(folder) {
      for (const each of [...open.keys()]) if (each === folder || each.startsWith(`${folder}/`)) close(each);
    },
    [Symbol.dispose]() {
      for (const folder of [...open.keys()]) close(folder);
    },
  };
}

/** Elsewhere: every parent is looked at before each use. A swap in the microseconds between look and use cannot be excluded there. */
function createLookedAtFolders(root: string): SafeFolders {
  const check = (folder: string, make: boolean): boolean => {
    if (folder === "") return true;
    if (!check(parentOf(folder), make)) return false;
    const path = join(root, folder);
    const stats = lstatIfThere(path);
    if (stats && !isFolderMode(stats.mode)) throw blocked(root, folder);
    if (stats) return true;
    if (!make) return false;
    try {
      mkdirSync(path, 0o755);
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw localError(error, folder, "making");
    }
    return check(folder, make);
  };
  return {
    open: (folder, make) => (check(folder, make) ? { path: (name) => join(root, folder, name) } : undefined),
    forget: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}

/** @throws (by its members) BaleError `SYMLINK_PARENT`, `WOULD_OVERWRITE` when a file is where a folder should be, `PERMISSION`, `IO` */
export function createSafeFolders(root: string, handles: boolean = existsSync("/proc/self/fd")): SafeFolders {
  return handles ? createHandleFolders(root) : createLookedAtFolders(root);
}
