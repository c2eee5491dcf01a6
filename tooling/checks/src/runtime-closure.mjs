import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { readManifest } from "./workspace-packages.mjs";

/**
 * Everything that an installation of some packages brings along: they themselves, and what they depend on at run
 * time, through any number of steps, optional and peer dependencies included. Read from what is installed.
 * @param {readonly string[]} folders    of the packages
 * @returns {import("./workspace-packages.mjs").WorkspacePackage[]}
 */
export function runtimeClosure(folders) {
  /** @type {Map<string, import("./workspace-packages.mjs").WorkspacePackage>} */
  const found = new Map();
  const open = folders.map((folder) => realpathSync(folder));
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (found.has(folder)) continue;
    const manifest = readManifest(folder);
    found.set(folder, { folder, manifest });
    open.push(...dependencyFolders(folder, manifest));
  }
  return [...found.values()];
}

/**
 * @param {string} folder
 * @param {import("./workspace-packages.mjs").Manifest} manifest
 * @returns {string[]}
 */
function dependencyFolders(folder, manifest) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names.flatMap((name) => {
    const place = installedFolder(name, folder);
    const meta = manifest.peerDependenciesMeta?.[name];
    const mayBeAbsent = name in optionalDependencies || (name in peerDependencies && meta?.optional === true);
    if (!place && !mayBeAbsent) throw new Error(`${name}, which ${manifest.name} needs, is not installed`);
    return place ? [place] : [];
  });
}

/**
 * Where Node finds a package: in the nearest node_modules upward.
 * @param {string} name
 * @param {string} from
 * @returns {string | undefined}
 */
export function installedFolder(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return realpathSync(place);
    if (dirname(folder) === folder) return undefined;
  }
}
