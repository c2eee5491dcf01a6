import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packageFolder } from "./locate.mjs";
import { runProgram } from "./run-program.mjs";

// A registry of packages that is busy drops one download in some hundreds.
const ATTEMPTS = 3;

/**
 * Makes the folder of a package. It appears under its name in one step, so two installations at once do no harm.
 * @param {import("./catalogue.mjs").NpmPackage | import("./catalogue.mjs").PythonPackage} service
 * @param {(staging: string) => readonly (readonly string[])[]} commands    to run one after the other
 */
export async function installPackage(service, commands) {
  const target = packageFolder(service);
  mkdirSync(dirname(target), { recursive: true });
  const staging = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const command of commands(staging)) await attempt(command, staging);
    if (existsSync(target)) return;
    renameSync(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} command
 * @param {string} cwd
 */
async function attempt([program = "", ...args], cwd) {
  let last = "";
  for (let count = 1; count <= ATTEMPTS; count += 1) {
    const done = await runProgram(program, args, { cwd, env: process.env }).catch(
      (/** @type {NodeJS.ErrnoException} */ error) => {
        throw error.code === "ENOENT" ? new Error(`${program} is not on PATH`) : error;
      },
    );
    if (done.code === 0) return;
    last = done.stderr;
  }
  throw new Error(last.trim().split("\n").slice(-3).join(" / ") || `${program} failed`);
}
