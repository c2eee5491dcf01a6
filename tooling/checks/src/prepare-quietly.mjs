import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildWorkspace, installWorkspace } from "./prepare.mjs";
import { rootFolder } from "./root-folder.mjs";

/**
 * Sets up what is missing and says nothing, unless it fails: then the tools' own words go to standard error.
 * @returns {Promise<{ installed: boolean, built: boolean }>}
 */
export async function prepareQuietly() {
  const folder = join(rootFolder, ".cache");
  mkdirSync(folder, { recursive: true });
  const outputFile = join(folder, "setup.log");
  const installed = (await installWorkspace({ outputFile })) === 0;
  const built = installed && (await buildWorkspace({ outputFile })) === 0;
  if (!built) {
    const step = installed ? "build" : "installation";
    process.stderr.write(`${readFileSync(outputFile, "utf8")}\nThe ${step} failed.\n`);
  }
  return { installed, built };
}
