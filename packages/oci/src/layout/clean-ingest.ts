import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ingestFolder, type LayoutFolder } from "./layout-folder.js";

const OLD_MS = 24 * 60 * 60 * 1000;

/** Removes what writers that were killed have left. Younger files may be somebody's who is still writing. Best effort. */
export async function cleanIngest(folder: LayoutFolder): Promise<void> {
  const path = ingestFolder(folder);
  const names = await readdir(path).catch(() => []);
  for (const name of names) {
    const file = join(path, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() && Date.now() - found.mtimeMs > OLD_MS)
      await rm(file, { force: true }).catch(() => undefined);
  }
}
