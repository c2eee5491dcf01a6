import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "./root-folder.mjs";

/**
 * @typedef {object} Manifest    the fields of package.json that the checks read
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [type]
 * @property {Record<string, unknown>} [exports]
 * @property {{ exports?: Record<string, unknown> }} [publishConfig]
 * @property {Record<string, string>} [engines]
 * @property {Record<string, string>} [scripts]
 * @property {boolean} [gypfile]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/**
 * @typedef {object} WorkspacePackage
 * @property {string} folder
 * @property {Manifest} manifest
 */

/** @returns {WorkspacePackage[]} the packages that are published, those of packages/ and apps/, by name */
export function publishedPackages() {
  return ["packages", "apps"].flatMap(packagesIn).filter(({ manifest }) => manifest.private !== true);
}

/**
 * @param {string} parent
 * @returns {WorkspacePackage[]}
 */
function packagesIn(parent) {
  return readdirSync(join(rootFolder, parent))
    .map((name) => join(rootFolder, parent, name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

/**
 * @param {string} folder
 * @returns {Manifest}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
