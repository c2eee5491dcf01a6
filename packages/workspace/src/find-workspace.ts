import { dirname, resolve, sep } from "node:path";
import { BaleError } from "@bale/spec";
import { CONTROL_FOLDER, controlPaths } from "./control-folder.js";
import { isFolderMode, lstatIfThere } from "./file-stat.js";

function isWorkspace(folder: string): boolean {
  const stats = lstatIfThere(controlPaths(folder).folder);
  return stats !== undefined && isFolderMode(stats.mode);
}

/** Whether a path is inside some `.bale` folder, where no workspace can be. */
export function isInsideControlFolder(path: string): boolean {
  return resolve(path).split(sep).includes(CONTROL_FOLDER);
}

/** The nearest folder upward, `start` included, that holds `.bale/`. @throws BaleError `NOT_A_WORKSPACE` */
export async function findWorkspace(start: string): Promise<string> {
  const first = resolve(start);
  if (!isInsideControlFolder(first))
    for (let folder = first; ; folder = dirname(folder)) {
      if (isWorkspace(folder)) return folder;
      if (dirname(folder) === folder) break;
    }
  throw new BaleError({
    code: "NOT_A_WORKSPACE",
    message: `not in a workspace: ${first}`,
    why: isInsideControlFolder(first)
      ? "this is inside the control folder of one"
      : "neither this folder nor any above it holds .bale",
    fix: "run `bale init` in the folder that holds your files, or `bale clone REF` to get a bundle",
    context: { path: first },
  });
}
