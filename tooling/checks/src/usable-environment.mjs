import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { rootFolder } from "./root-folder.mjs";

/**
 * The environment for the tools of the workspace, which it puts first on PATH. Where a container gives no home, or one that cannot be written,
 * npm and pnpm could not keep their caches: then they get a home inside the repository, which git ignores.
 * @returns {NodeJS.ProcessEnv}
 */
export function usableEnvironment() {
  const env = {
    ...process.env,
    // turbo looks for pnpm on PATH, where a machine with only Node and npm does not have it.
    PATH: [join(rootFolder, "node_modules", ".bin"), process.env["PATH"]].filter(Boolean).join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    // Without a terminal pnpm asks nothing, and stops where it would have asked, unless this is set.
    CI: process.env["CI"] || "true",
  };
  return isWritable(homedir()) ? env : { ...env, HOME: ownHome() };
}

/** @returns {string} */
function ownHome() {
  const folder = join(rootFolder, ".cache", "home");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * @param {string} folder
 * @returns {boolean}
 */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
