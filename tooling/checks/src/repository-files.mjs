import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "./root-folder.mjs";

// What git ignores, and git itself.
const NOT_OURS = new Set(["node_modules", "dist", "coverage", ".git", ".turbo", ".cache"]);
const GENERATED = "docs/reference";

/**
 * The text files of the repository. Found without git, which a machine that only runs the tests may not have.
 * @returns {{ path: string, text: string }[]} paths relative to the root, with "/"
 */
export function repositoryFiles() {
  return filesUnder("").flatMap((path) => {
    const text = readFileSync(join(rootFolder, path), "utf8");
    return text.includes("\0") ? [] : [{ path, text }];
  });
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  return readdirSync(join(rootFolder, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.has(entry.name) || path === GENERATED) return [];
    if (entry.isDirectory()) return filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
}
