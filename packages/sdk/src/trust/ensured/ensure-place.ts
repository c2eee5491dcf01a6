import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { BaleError } from "@bale/spec";
import { CONTROL_FOLDER, errnoOf, localError } from "@bale/workspace";
import { OWN_PREFIX } from "./ensure-record.js";

/** A folder that `ensure` may fill. */
export interface EnsurePlace {
  /** Absolute, without links. */
  readonly root: string;
  readonly exists: boolean;
  /** Holds nothing but what `ensure` itself put there. */
  readonly empty: boolean;
}

function refused(directory: string, why: string, fix: string): BaleError {
  return new BaleError({
    code: "USAGE",
    message: `ensure does not touch ${directory}`,
    why,
    fix,
    context: { path: directory },
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw localError(error, path, "looking at");
  }
}

/** Links of the part that exists are resolved; the rest is appended. */
function realEnough(path: string): string {
  const real = realPath(path);
  if (real !== undefined || dirname(path) === path) return real ?? path;
  return join(realEnough(dirname(path)), basename(path));
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return false;
    throw localError(error, path, "looking at");
  }
}

/**
 * Refuses the places where one mistyped argument would do the most harm, before anything is asked of a registry.
 * @throws BaleError `USAGE`, `PERMISSION`, `IO`
 */
export function openEnsurePlace(directory: string, mirror: boolean): EnsurePlace {
  const root = realEnough(resolve(directory));
  const exists = isThere(root);
  const home = realEnough(homedir());
  if (exists && !statSync(root).isDirectory()) throw refused(directory, "it is no folder", "name a folder");
  if (dirname(root) === root)
    throw refused(directory, "it is the root of the file system", "name a folder of its own");
  if (root === home) throw refused(directory, "it is your home folder", "name a folder of its own");
  if (mirror && home.startsWith(root + sep))
    throw refused(directory, "--mirror would empty what your home folder is in", "name a folder of its own");
  if (root.split(sep).includes(CONTROL_FOLDER))
    throw refused(directory, "it is inside the control folder of a workspace", "name another folder");
  if (isThere(join(root, CONTROL_FOLDER)))
    throw refused(
      directory,
      "it is a workspace, which has a base and a history of its own",
      `run \`bale pull\` there, or name another folder`,
    );
  if (mirror && isThere(join(root, ".git")))
    throw refused(
      directory,
      "it holds .git, and --mirror would remove files of that repository",
      "run it without --mirror, or name another folder",
    );
  return { root, exists, empty: !exists || readNames(root).every((name) => name.startsWith(OWN_PREFIX)) };
}

function readNames(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch (error) {
    throw localError(error, root, "reading");
  }
}
