import { randomBytes } from "node:crypto";
import {
  constants,
  copyFileSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { errnoOf, localError } from "../local-error.js";
import { firstOther, folderInTheWay } from "./folder-in-the-way.js";
import type { SafeFolder } from "./safe-folders.js";

/** Moves a finished temporary file to its name. A folder that is another disk gets a copy, which is then renamed in place. */
export function placeFile(temporary: string, folder: SafeFolder, name: string, label: string): void {
  try {
    try {
      renameSync(temporary, folder.path(name));
    } catch (error) {
      if (errnoOf(error) !== "EXDEV") throw error;
      const near = folder.path(`.bale-${randomBytes(6).toString("hex")}`);
      try {
        if (lstatSync(temporary).isSymbolicLink()) symlinkSync(readlinkSync(temporary), near);
        else copyFileSync(temporary, near, constants.COPYFILE_EXCL);
        renameSync(near, folder.path(name));
      } finally {
        rmSync(near, { force: true });
      }
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw localError(error, label, "writing");
  }
}

/** Removes a folder that holds nothing but empty folders. @throws BaleError `WOULD_OVERWRITE` when there is a file in it */
export function removeEmptyFolder(absolute: string, label: string): void {
  const other = firstOther(absolute, label, new Set());
  if (other !== undefined) throw folderInTheWay(label, other);
  try {
    removeFolders(absolute);
  } catch (error) {
    throw localError(error, label, "removing");
  }
}

/** `rmdir` refuses a folder that is not empty, so what appears meanwhile is safe. */
function removeFolders(absolute: string): void {
  for (const name of readdirSync(absolute)) removeFolders(`${absolute}/${name}`);
  rmdirSync(absolute);
}
