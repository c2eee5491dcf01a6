import { join } from "node:path";
import { rootFolder } from "./root-folder.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly string[]} command
 * @property {number} minutes    after these it is ended and has failed
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [countsTests]    it writes counts of its own, to countsFile
 */

export const countsFile = join(rootFolder, ".cache", "ci-counts.json");

/**
 * @param {string} file
 * @returns {string[]}
 */
const script = (file, folder = "checks") => [
  process.execPath,
  join(rootFolder, "tooling", folder, "src", file),
];

/**
 * The steps of the continuous build, in their order. The architecture, the lock file, the run-time closure and the
 * notes left behind are looked at by tests in this package, so they are part of the step "tests".
 * @type {readonly Step[]}
 */
export const steps = [
  { name: "setup", command: script("setup.mjs"), minutes: 8 },
  { name: "services", command: script("install.mjs", "services"), minutes: 12 },
  {
    name: "tests",
    command: script("test.mjs"),
    minutes: 40,
    env: { REQUIRE_SERVICES: "all", TEST_COUNTS_FILE: countsFile },
    countsTests: true,
  },
  { name: "lint", command: ["biome", "ci", "."], minutes: 2 },
  {
    name: "types",
    command: ["turbo", "run", "typecheck", "--output-logs=errors-only", "--concurrency=2", "--continue"],
    minutes: 5,
  },
  { name: "dead code", command: ["knip", "--no-config-hints"], minutes: 3 },
  {
    name: "versions across packages",
    command: ["sherif", "--ignore-rule", "unordered-dependencies"],
    minutes: 1,
  },
  { name: "packed packages", command: script("packed-packages.mjs"), minutes: 5 },
];
