import { writeSync } from "node:fs";
import { everydayServiceNames, serviceNamed, serviceNames } from "./catalogue.mjs";
import { serviceIsInstalled } from "./locate.mjs";

const STANDARD_ERROR = 2;

/** @returns {string[]} the names of all services that can be used here and now */
export function availableServices() {
  return serviceNames.filter(serviceIsInstalled);
}

/**
 * The services that the environment variable REQUIRE_SERVICES names: "all" of the continuous build,
 * "nightly" for those of nightly runs too, or a list with commas.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {ReadonlySet<string>}
 */
export function requiredServices(env = process.env) {
  const names = (env["REQUIRE_SERVICES"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.includes("nightly")) return new Set(serviceNames);
  if (names.includes("all")) return new Set(everydayServiceNames);
  for (const name of names) serviceNamed(name);
  return new Set(names);
}

/**
 * Says whether a test that needs a service can run. For `describe.skipIf(!serviceOrSkip("distribution"))`.
 * A missing service is told on standard error; where REQUIRE_SERVICES names it, it is an error, so that a
 * continuous build cannot pass by skipping.
 * @param {string} name
 * @returns {boolean}
 */
export function serviceOrSkip(name) {
  if (serviceIsInstalled(name)) return true;
  if (requiredServices().has(name)) requireService(name);
  // Not console.error: a test runner holds that back while it collects, and this line has to be seen.
  writeSync(STANDARD_ERROR, `skipped: service "${name}" is not installed (${howToBuild(name)} builds it)\n`);
  return false;
}

/**
 * Throws when a service is not installed.
 * @param {string} name
 */
export function requireService(name) {
  if (!serviceIsInstalled(name)) {
    throw new Error(`service "${name}" is not installed; run "${howToBuild(name)}" to build it`);
  }
}

/** @param {string} name */
function howToBuild(name) {
  return serviceNamed(name).tier === "nightly" ? "npm run services -- --nightly" : "npm run services";
}
