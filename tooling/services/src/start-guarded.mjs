import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} GuardedProgram
 * @property {string} stdoutFile
 * @property {string} stderrFile
 * @property {() => boolean} hasEnded
 * @property {() => Promise<void>} stop    ends the program, and resolves when it is gone
 */

/**
 * Starts a server that cannot outlive this process (see guard.mjs); its output goes to files in `folder`.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} [env]    added to the environment
 * @returns {GuardedProgram}
 */
export function startGuarded(program, args, folder, env = {}) {
  const stdoutFile = join(folder, "stdout.log");
  const stderrFile = join(folder, "stderr.log");
  const out = openSync(stdoutFile, "a");
  const err = openSync(stderrFile, "a");
  const guard = fileURLToPath(new URL("./guard.mjs", import.meta.url));
  const child = spawn(process.execPath, [guard, program, ...args], {
    stdio: ["pipe", out, err],
    env: { ...serverEnvironment(), ...env },
  });
  closeSync(out);
  closeSync(err);
  const ended = once(child, "exit");
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    stdoutFile,
    stderrFile,
    hasEnded,
    stop: async () => {
      child.stdin?.end();
      if (!hasEnded()) await ended;
    },
  };
}

/** @returns {NodeJS.ProcessEnv} */
function serverEnvironment() {
  const env = { ...process.env };
  // Distribution reads every REGISTRY_ variable as a part of its configuration, and would send traces without this.
  for (const name of Object.keys(env)) if (name.startsWith("REGISTRY_")) delete env[name];
  // The S3 driver of distribution 2.8 panics where this is set.
  delete env["AWS_CA_BUNDLE"];
  // A test runner's options for Node, such as a loader, do not concern the guard.
  delete env["NODE_OPTIONS"];
  return { ...env, OTEL_TRACES_EXPORTER: "none" };
}
