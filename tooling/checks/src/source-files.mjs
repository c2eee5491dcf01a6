import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} SourceFile
 * @property {string} path
 * @property {string} text
 */

/**
 * The source files that a package ships: those under src/ that are no tests ("x.test.ts") and no support for
 * tests ("x.testing.ts").
 * @param {string} packageFolder
 * @returns {SourceFile[]}
 */
export function sourceFiles(packageFolder) {
  const folder = join(packageFolder, "src");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) => name.endsWith(".ts") && !/\.test(?:ing)?\.ts$/.test(name) && !name.includes("__fixtures__"),
    )
    .sort()
    .map((name) => join(folder, name))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}
