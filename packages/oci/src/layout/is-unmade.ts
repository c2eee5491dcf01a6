import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { LIMITS } from "@bale/spec";
import { indexFile, ingestFolder, type LayoutFolder } from "./layout-folder.js";
import { EMPTY_INDEX, encodeLayoutIndex } from "./layout-index.js";
import { lockFile } from "./layout-lock.js";
import { systemCode, withLocalErrors } from "./local-failure.js";
import { readSmallFile } from "./regular-file.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function holdsNothing(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries)
    if (!entry.isDirectory() || !(await holdsNothing(join(path, entry.name)))) return false;
  return true;
}

async function isEmptyIndex(folder: LayoutFolder): Promise<boolean> {
  const found = await readSmallFile(indexFile(folder), LIMITS.pageBytes);
  return found !== undefined && Buffer.from(found).equals(encodeLayoutIndex(EMPTY_INDEX));
}

/** Nothing but unfinished files, which have the names that we give: a folder of the same name may be somebody's own. */
async function isIngest(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.every((entry) => entry.isFile() && UUID.test(entry.name));
}

/** Whether an entry is of those that the making of a layout leaves when it is cut short: it begins with them, and ends with the file `oci-layout`. */
async function isRemnant(folder: LayoutFolder, name: string): Promise<boolean> {
  switch (name) {
    case "blobs":
      return holdsNothing(join(folder.directory, name));
    case "index.json":
      return isEmptyIndex(folder);
    case "ingest":
      return isIngest(ingestFolder(folder));
    default:
      return name === basename(lockFile(folder));
  }
}

/** Whether a folder without the file `oci-layout` may become a layout: it is absent, empty, or one whose making was cut short before its first blob. */
export async function isUnmade(folder: LayoutFolder): Promise<boolean> {
  return withLocalErrors("looking at a folder", folder.directory, async () => {
    try {
      if (!(await stat(folder.directory)).isDirectory()) return false;
      for (const name of await readdir(folder.directory)) if (!(await isRemnant(folder, name))) return false;
      return true;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return true;
      if (systemCode(error) === "ENOTDIR") return false;
      throw error;
    }
  });
}
