import { readFileSync } from "node:fs";
import { join } from "node:path";
import { npmCommand } from "./npm-command.mjs";
import { rootFolder } from "./root-folder.mjs";
import { runCommand } from "./run-command.mjs";

/**
 * Installs the workspace when what is installed is not what the lock file says.
 * @param {{ outputFile?: string }} [options]
 * @returns {Promise<number>} 0 when it is installed now
 */
export async function installWorkspace(options = {}) {
  return isInstalled()
    ? 0
    : runCommand([...npmCommand("npx"), "-y", pnpmVersion(), "install", "--frozen-lockfile"], options);
}

/**
 * Builds every package; turbo leaves out those whose sources did not change.
 * @param {{ outputFile?: string }} [options]
 * @returns {Promise<number>} 0 when all are built now
 */
export function buildWorkspace(options = {}) {
  return runCommand(["turbo", "run", "build", "--output-logs=errors-only", "--concurrency=2"], options);
}

/** @returns {boolean} */
function isInstalled() {
  // pnpm keeps a copy of the lock file that it last installed from.
  const installed = textOf(join(rootFolder, "node_modules", ".pnpm", "lock.yaml"));
  return installed !== undefined && installed === textOf(join(rootFolder, "pnpm-lock.yaml"));
}

/** @returns {string} such as "pnpm@12.21.0" */
function pnpmVersion() {
  return JSON.parse(readFileSync(join(rootFolder, "package.json"), "utf8")).packageManager;
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
