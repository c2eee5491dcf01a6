import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { readPluginManifest } from "@bale/plugin-host";
import { BaleError, type PluginManifest } from "@bale/spec";
import { isPackageName } from "@bale/workspace";
import { packageEntry } from "./package-entry.js";
import type { PluginPlace } from "./plugin-places.js";

export interface FoundPlugin {
  /** The package, or the file as it was written. */
  readonly name: string;
  readonly place: PluginPlace["kind"] | "file";
  /** The file that is imported. */
  readonly file: string;
  /** The folder of its package; of a single file, the folder that it is in. */
  readonly folder: string;
  readonly version: string | undefined;
  /** What its package.json says of it; absent: nobody knows before it is loaded. */
  readonly manifest: PluginManifest | undefined;
}

function invalid(
  name: string,
  why: string,
  fix: string,
  context: Readonly<Record<string, string>> = {},
): BaleError {
  return new BaleError({
    code: "PLUGIN_INVALID",
    message: `the plugin ${name} cannot be used`,
    why,
    fix,
    context: { plugin: name, ...context },
  });
}

/** Whether a plugin is named by its file or folder: a path is written as one, so that no file is ever taken for a package. */
export function isPluginPath(text: string): boolean {
  return isAbsolute(text) || /^(?:\.{1,2}(?:$|[\\/])|~[\\/])/.test(text);
}

interface PackageJson {
  readonly [member: string]: unknown;
}

function readPackage(folder: string, name: string): PackageJson {
  const file = join(folder, "package.json");
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as PackageJson;
  } catch {
    // Told below.
  }
  throw invalid(name, `${file} cannot be read as JSON`, "install the plugin again", { path: file });
}

function manifestOf(value: unknown, name: string, folder: string): PluginManifest | undefined {
  if (value === undefined) return undefined;
  const read = readPluginManifest(value);
  if (read.ok) return read.value;
  const why = read.error.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n");
  throw invalid(
    name,
    `${join(folder, "package.json")} describes it wrongly\n${why}`,
    "look for another version of it",
  );
}

function packageAt(folder: string, name: string, place: FoundPlugin["place"]): FoundPlugin {
  const json = readPackage(folder, name);
  const file = packageEntry(folder, json);
  if (file === undefined || !existsSync(file))
    throw invalid(
      name,
      `the package in ${folder} has no file to import`,
      "build or install the plugin again",
      { path: folder },
    );
  const { version, bale } = json;
  return {
    name,
    place,
    file,
    folder,
    version: typeof version === "string" ? version : undefined,
    manifest: manifestOf(bale, name, folder),
  };
}

function fileAt(path: string, name: string): FoundPlugin {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw invalid(name, `there is no file ${path}`, "correct the path, or remove it", { path });
  if (stats.isDirectory()) return packageAt(path, name, "file");
  return { name, place: "file", file: path, folder: dirname(path), version: undefined, manifest: undefined };
}

export interface WantedPlugin {
  /** A package, or a path as it was written. */
  readonly name: string;
  /** What relative paths are relative to. */
  readonly base: string;
}
export interface PluginSearch {
  readonly places: readonly PluginPlace[];
  readonly home: string;
  /** Where `npm install --prefix` puts plugins. */
  readonly pluginFolder: string;
  /** Refuses a folder whose code came with a bundle. */
  readonly checkProject: (name: string, folder: string) => Promise<void>;
}

/** Finds the code of a plugin, and reads what it says of itself; imports nothing. @throws BaleError `PLUGIN_INVALID` */
export async function findPlugin({ name, base }: WantedPlugin, search: PluginSearch): Promise<FoundPlugin> {
  if (isPluginPath(name)) {
    const path = name.startsWith("~") ? join(search.home, name.slice(2)) : resolve(base, name);
    return fileAt(path, name);
  }
  if (!isPackageName(name))
    throw invalid(
      name,
      "it is neither the name of a package nor a path",
      "write ./ before the name of a file",
    );
  for (const { kind, folder } of search.places) {
    const own = join(folder, name);
    if (!existsSync(join(own, "package.json"))) continue;
    await search.checkProject(name, own);
    return packageAt(own, name, kind);
  }
  throw invalid(
    name,
    `it is not installed; looked in ${search.places.map(({ folder }) => folder).join(", ")}`,
    `npm install --prefix ${search.pluginFolder} ${name}`,
  );
}
