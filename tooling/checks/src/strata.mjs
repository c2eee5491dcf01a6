import { isBuiltin } from "node:module";
import { packageOf } from "./imports-of.mjs";

// The map of the packages, bottom first: an import goes to a lower stratum only. A name that ends with "-*" stands
// for a family, whose members are independent of each other.
const STRATA = [
  ["@bale/spec"],
  ["@bale/core", "@bale/roles", "@bale/storage", "@bale/http"],
  ["@bale/workspace", "@bale/oci", "@bale/auth", "@bale/auth-*", "@bale/storage-*", "@bale/archive"],
  ["@bale/engine", "@bale/plugin-host"],
  ["@bale/sdk"],
  ["bale"],
];

/** Imports between siblings that the map allows. */
const SIBLINGS = [
  ["@bale/auth-*", "@bale/auth"],
  ["@bale/storage-oci", "@bale/oci"],
];

/** Packages that stand beside the strata, for tests only, and what of the project they may import. */
const BESIDE = new Map([
  ["@bale/conformance", ["@bale/spec", "@bale/core", "@bale/storage", "@bale/plugin-host"]],
  ["@bale/test-registry", ["@bale/spec"]],
]);

/** Packages that work on plain data; crypto, compression and files come to them through ports. */
export const purePackages = Object.freeze(["@bale/spec", "@bale/core", "@bale/roles"]);

/** What pure packages may import from others: pure code without dependencies. */
const PURE_THIRD_PARTY = [/^picomatch\/posix(?:\.js)?$/, /^semver\/functions\/[a-z-]+(?:\.js)?$/];

/** What the engine may import: it reaches everything else through ports. */
const ENGINE_MAY_IMPORT = ["@bale/spec", "@bale/core", "@bale/roles", "@bale/storage"];

/** Concrete plugins: only the command line names them. */
const PLUGINS = ["@bale/auth-*", "@bale/storage-*"];

/**
 * Why a package must not import a specifier; undefined when it may.
 * @param {string} importer    name of the importing package
 * @param {string} specifier    not a relative one
 * @returns {string | undefined}
 */
export function importFault(importer, specifier) {
  const target = packageOf(specifier);
  const isOurs = target === "bale" || target.startsWith("@bale/");
  if (purePackages.includes(importer) && !isOurs) {
    return PURE_THIRD_PARTY.some((allowed) => allowed.test(specifier))
      ? undefined
      : "a pure package imports nothing else";
  }
  if (!isOurs)
    return isBuiltin(specifier) && !specifier.startsWith("node:") ? "write node: before it" : undefined;
  return target === importer
    ? "a package does not import itself by name"
    : projectImportFault(importer, target);
}

/**
 * @param {string} importer
 * @param {string} target
 * @returns {string | undefined}
 */
function projectImportFault(importer, target) {
  if (BESIDE.has(target)) return "it is for tests only";
  const beside = BESIDE.get(importer);
  if (beside) return beside.includes(target) ? undefined : "a test package stands beside the strata";
  if (importer === "@bale/engine" && !ENGINE_MAY_IMPORT.includes(target))
    return "the engine imports no adapter";
  const from = stratumOf(importer);
  const to = stratumOf(target);
  if (from === undefined || to === undefined) return "it has no place in the strata";
  if (to < from) {
    const namesPlugin = importer !== "bale" && PLUGINS.some((family) => isIn(family, target));
    return namesPlugin ? "only the command line names concrete plugins" : undefined;
  }
  const allowed = to === from && SIBLINGS.some(([a = "", b = ""]) => isIn(a, importer) && isIn(b, target));
  return allowed ? undefined : "imports go downward only";
}

/**
 * @param {string} name
 * @returns {number | undefined} 0 for the lowest; undefined for a package that the map does not know
 */
export function stratumOf(name) {
  const stratum = STRATA.findIndex((names) => names.some((pattern) => isIn(pattern, name)));
  return stratum < 0 ? undefined : stratum;
}

/**
 * @param {string} name
 * @returns {boolean} whether a package has a place in the map or beside it
 */
export function isPlaced(name) {
  return BESIDE.has(name) || stratumOf(name) !== undefined;
}

/**
 * @param {string} pattern
 * @param {string} name
 * @returns {boolean}
 */
function isIn(pattern, name) {
  return pattern.endsWith("-*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
