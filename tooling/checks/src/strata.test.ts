import { join, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, withoutComments } from "./imports-of.mjs";
import { rootFolder } from "./root-folder.mjs";
import { sourceFiles } from "./source-files.mjs";
import { importFault, isPlaced, purePackages } from "./strata.mjs";
import { publishedPackages } from "./workspace-packages.mjs";

const packages = publishedPackages();

/** What nothing below the command line does: printing, reading the environment, ending the process. */
const PROCESS_USE =
  /\bconsole\.|\bprocess\.(?:env|exit|exitCode|abort|argv|stdin|stdout|stderr|on|once|chdir|cwd|umask)\b|["'](?:node:)?(?:process|console|readline)["']/;

/** What pure code cannot have, for it has to give the same answer on every platform. */
const IMPURE_GLOBALS =
  /\bprocess\.|\bBuffer\.|\brequire\(|\bfetch\(|\bDate\.now\(|\bMath\.random\(|\bsetTimeout\(/;

/** Lines such as "packages/core/src/a.ts imports node:fs: ...", for the failure's message. */
function faultsIn(name: string, folder: string): string[] {
  return sourceFiles(folder).flatMap(({ path, text }) =>
    importsOf(text).flatMap((specifier) => {
      const fault = specifier.startsWith(".")
        ? relativeFault(path, specifier, folder)
        : importFault(name, specifier);
      return fault ? [`${relative(rootFolder, path)} imports ${specifier}: ${fault}`] : [];
    }),
  );
}

function relativeFault(path: string, specifier: string, folder: string): string | undefined {
  if (/\.test(?:ing)?\.js$/.test(specifier)) return "it is for tests only";
  return resolve(path, "..", specifier).startsWith(join(folder, "src") + sep)
    ? undefined
    : "it leaves the package";
}

function linesWith(pattern: RegExp, folder: string): string[] {
  return sourceFiles(folder).flatMap(({ path, text }) =>
    withoutComments(text)
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => `${relative(rootFolder, path)}: ${line.trim()}`),
  );
}

const named = packages.map(({ manifest, folder }) => [manifest.name, folder] as const);

describe("the packages", () => {
  it.each(named)("%s has a place in the map, and imports only what the map allows", (name, folder) => {
    expect(isPlaced(name)).toBe(true);
    expect(faultsIn(name, folder)).toEqual([]);
  });

  const belowTheCommandLine = named.filter(([name]) => name !== "bale");
  it.each(belowTheCommandLine)("%s prints nothing, and leaves environment and process alone", (_, folder) => {
    expect(linesWith(PROCESS_USE, folder)).toEqual([]);
  });

  const pure = named.filter(([name]) => purePackages.includes(name));
  it.each(pure)("%s depends on no clock, chance, process or network", (_, folder) => {
    expect(linesWith(IMPURE_GLOBALS, folder)).toEqual([]);
  });
});

describe("the map", () => {
  it.each([
    ["@bale/core", "@bale/spec"],
    ["@bale/roles", "picomatch/posix"],
    ["@bale/roles", "picomatch/posix.js"],
    ["@bale/core", "semver/functions/inc"],
    ["@bale/oci", "@bale/http"],
    ["@bale/oci", "node:fs"],
    ["@bale/auth-docker", "@bale/auth"],
    ["@bale/storage-oci", "@bale/oci"],
    ["@bale/sdk", "@bale/workspace"],
    ["bale", "@bale/storage-fs"],
    ["@bale/conformance", "@bale/spec"],
  ])("lets %s import %s", (importer, specifier) => {
    expect(importFault(importer, specifier)).toBeUndefined();
  });

  it.each([
    ["@bale/spec", "@bale/core", "imports go downward only"],
    ["@bale/core", "@bale/roles", "imports go downward only"],
    ["@bale/core", "node:crypto", "a pure package imports nothing else"],
    ["@bale/core", "crypto", "a pure package imports nothing else"],
    ["@bale/roles", "picomatch", "a pure package imports nothing else"],
    ["@bale/oci", "@bale/auth", "imports go downward only"],
    ["@bale/oci", "fs", "write node: before it"],
    ["@bale/storage-fs", "@bale/storage-oci", "imports go downward only"],
    ["@bale/auth", "@bale/auth-docker", "imports go downward only"],
    ["@bale/engine", "@bale/http", "the engine imports no adapter"],
    ["@bale/engine", "@bale/workspace", "the engine imports no adapter"],
    ["@bale/engine", "@bale/plugin-host", "the engine imports no adapter"],
    ["@bale/sdk", "@bale/storage-fs", "only the command line names concrete plugins"],
    ["@bale/sdk", "bale", "imports go downward only"],
    ["@bale/sdk", "@bale/test-registry", "it is for tests only"],
    ["@bale/test-registry", "@bale/oci", "a test package stands beside the strata"],
    ["@bale/oci", "@bale/unheard-of", "it has no place in the strata"],
    ["@bale/oci", "@bale/oci", "a package does not import itself by name"],
  ])("keeps %s from importing %s", (importer, specifier, why) => {
    expect(importFault(importer, specifier)).toBe(why);
  });
});
