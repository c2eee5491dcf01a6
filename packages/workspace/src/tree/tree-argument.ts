import { isAbsolute, relative, resolve, sep } from "node:path";
import { compileGlob } from "@bale/roles";
import { BaleError } from "@bale/spec";
import { lstatIfThere } from "../file-stat.js";

/** A path or glob as typed, seen from the root of the workspace. */
export interface TreeArgument {
  /** As typed. */
  readonly text: string;
  /** `/`-separated, relative to the root; empty for the root itself. */
  readonly path: string;
  /** Set when nothing has that very name and it can be read as a glob. */
  readonly matches?: ((path: string) => boolean) | undefined;
}

const GLOB = /[*?{}[\]()!]/;

/**
 * Where an argument points. A quoted glob works as well as one that the shell expanded; a file whose name looks like a glob is that file.
 * @throws BaleError `USAGE` outside of the workspace, or for a malformed glob
 */
export function readTreeArgument(root: string, cwd: string, text: string): TreeArgument {
  if (text === "") throw new BaleError({ code: "USAGE", message: "an empty path was given" });
  const absolute = resolve(cwd, text);
  const path = relative(root, absolute).split(sep).join("/");
  if (path === ".." || path.startsWith("../") || isAbsolute(path))
    throw new BaleError({
      code: "USAGE",
      message: `outside of the workspace: ${text}`,
      why: `the workspace is ${root}`,
      fix: "copy or move the file into the workspace first",
      context: { path: text, root },
    });
  const exists = !text.includes("\0") && lstatIfThere(absolute) !== undefined;
  return !exists && GLOB.test(path) ? { text, path, matches: compileGlob(path) } : { text, path };
}

/** Whether a path is the one named, below it, or matched. */
export function isMeant(argument: TreeArgument, path: string): boolean {
  if (argument.matches) return argument.matches(path);
  return argument.path === "" || path === argument.path || path.startsWith(`${argument.path}/`);
}
