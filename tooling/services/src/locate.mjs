import { accessSync, constants } from "node:fs";
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
 * The file that the program of a service has, or should have after it was built; undefined when it is
 * looked for on PATH and is not there.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function programPath(name, env = process.env) {
  const service = serviceNamed(name);
  // The version is part of the path: a new pin never finds the old program.
  if (service.from === "go") return join(cacheFolder(env), "bin", `${service.program}@${service.version}`);
  const folders = [...(env["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/bin", "/usr/sbin"];
  return folders.map((folder) => join(folder, service.program)).find(isRunnable);
}

/**
 * @param {string} name
 * @returns {boolean}
 */
export function serviceIsInstalled(name) {
  const path = programPath(name);
  return path !== undefined && isRunnable(path);
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
