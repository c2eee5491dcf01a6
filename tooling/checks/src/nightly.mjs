// `npm run nightly`: all tests on the newer lines of Node, then the tests with large amounts of data, which look for
// BALE_NIGHTLY. Writes docs/nightly-report.md.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { nightlyReport } from "./nightly-report.mjs";
import { npmCommand } from "./npm-command.mjs";
import { rootFolder } from "./root-folder.mjs";
import { runCommand } from "./run-command.mjs";

const NODE_LINES = ["22", "24"];
const cache = join(rootFolder, ".cache", "nightly");
const test = join(rootFolder, "tooling", "checks", "src", "test.mjs");

/**
 * Installs a line of Node from the package registry; 200 MB each, so they are no dependency of the workspace.
 * @param {string} line
 * @returns {Promise<string | undefined>} the folder with its program
 */
async function nodeLine(line) {
  const folder = join(cache, `node-${line}`);
  mkdirSync(folder, { recursive: true });
  const install = ["install", "--prefix", folder, "--no-audit", "--no-fund", `node@${line}`];
  return (await runCommand([...npmCommand("npm"), ...install])) === 0
    ? join(folder, "node_modules", ".bin")
    : undefined;
}

/**
 * @param {string} name
 * @param {string | undefined} bin    folder of the Node to use; undefined for the one that runs this
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./nightly-report.mjs").NightlyRun>}
 */
async function runTests(name, bin, env) {
  process.stdout.write(`\n=== ${name}\n`);
  const countsFile = join(cache, "counts.json");
  rmSync(countsFile, { force: true });
  const started = Date.now();
  const path = bin === undefined ? {} : { PATH: [bin, process.env["PATH"]].join(delimiter) };
  const node = bin === undefined ? process.execPath : join(bin, "node");
  await runCommand([node, test], { env: { ...env, ...path, TEST_COUNTS_FILE: countsFile } });
  return { name, seconds: (Date.now() - started) / 1000, counts: countsIn(countsFile) };
}

/**
 * @param {string} file
 * @returns {import("./test-counts.mjs").TestCounts}
 */
function countsIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

mkdirSync(cache, { recursive: true });
/** @type {import("./nightly-report.mjs").NightlyRun[]} */
const runs = [];
for (const line of NODE_LINES) {
  const bin = await nodeLine(line);
  const missing = { name: `Node ${line}`, seconds: 0, counts: { passed: 0, failed: 1, skipped: 0 } };
  runs.push(bin === undefined ? missing : await runTests(`Node ${line}`, bin, {}));
}
// Servers that take minutes to build are part of this run alone; one that could not be made fails it.
await runCommand([
  process.execPath,
  join(rootFolder, "tooling", "services", "src", "install.mjs"),
  "--nightly",
]);
const large = { BALE_NIGHTLY: "1", REQUIRE_SERVICES: "nightly" };
runs.push(await runTests(`Node ${process.versions.node}, large data`, undefined, large));

const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const report = nightlyReport({ runs, machine, date: new Date() });
mkdirSync(join(rootFolder, "docs"), { recursive: true });
writeFileSync(join(rootFolder, "docs", "nightly-report.md"), report);
process.stdout.write(`\n${report}`);
process.exitCode = runs.some(({ counts }) => counts.failed > 0) ? 1 : 0;
