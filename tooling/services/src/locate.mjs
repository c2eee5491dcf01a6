import { accessSync, constants, existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { serviceNamed } from "./catalogue.mjs";

/**
 * The folder that holds the programs built from source. It survives `git clean`, and clones share it.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function cacheFolder(env = process.env) {
  if (env["BALE_SERVICES_CACHE"]) return env["BALE_SERVICES_CACHE"];
  // The XDG base directory specification says that a relative value is to be ignored.
  const xdg = env["XDG_CACHE_HOME"];
  if (xdg && isAbsolute(xdg)) return join(xdg, "bale-services");
  const home = homedir();
  return home ? join(home, ".cache", "bale-services") : join(tmpdir(), "bale-services-cache");
}

/**
 * The folder of the cache that holds an npm or Python package with all that it depends on.
 * @param {import("./catalogue.mjs").NpmPackage | import("./catalogue.mjs").PythonPackage} service
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function packageFolder(service, env = process.env) {
  const name = service.package.replace(/\[.*\]$/, "");
  return join(cacheFolder(env), service.from, `${name}@${service.version}`);
}

/**
 * The file that the program of a service has, or should have after it was built; undefined when it is
 * looked for on PATH and is not there. For an npm package it is the script, for a Python package its interpreter.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function programPath(name, env = process.env) {
  const service = serviceNamed(name);
  // The version is part of the path: a new pin never finds the old program.
  switch (service.from) {
    case "go":
      return join(cacheFolder(env), "bin", `${service.program}@${service.version}`);
    case "npm":
      return join(packageFolder(service, env), "node_modules", service.package, service.program);
    case "python":
      return join(packageFolder(service, env), "bin", "python");
    case "debian":
      return programOnPath(service.program, env);
  }
}

/**
 * What to start for a service: a file and its first arguments.
 * @param {string} name
 * @returns {readonly [string, ...string[]]}
 */
export function serviceCommand(name) {
  const service = serviceNamed(name);
  const path = programPath(name) ?? name;
  if (service.from === "npm") return [process.execPath, path];
  return service.from === "python" ? [path, "-m", service.module] : [path];
}

/**
 * @param {string} name
 * @returns {boolean}
 */
export function serviceIsInstalled(name) {
  const service = serviceNamed(name);
  const path = programPath(name);
  if (path === undefined) return false;
  if (service.from === "npm") return existsSync(path);
  const needs = service.from === "debian" ? (service.needs ?? []) : [];
  return isRunnable(path) && needs.every((program) => programOnPath(program) !== undefined);
}

/**
 * @param {string} program
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function programOnPath(program, env = process.env) {
  const folders = [...(env["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/bin", "/usr/sbin"];
  return folders.map((folder) => join(folder, program)).find(isRunnable);
}

/**
 * @param {string} path
 * @returns {boolean}
 */
export function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
