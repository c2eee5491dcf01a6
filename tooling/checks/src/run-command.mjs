import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { rootFolder } from "./root-folder.mjs";
import { usableEnvironment } from "./usable-environment.mjs";

const KILL_AFTER_MS = 5000;

/**
 * Runs a command in the root folder until it ends, without standard input, its output going where this process's goes.
 * @param {readonly string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, limitMs?: number, outputFile?: string, interactive?: boolean }} [options]
 *   `limitMs`: after this time the command and all that it started are ended, and the status is 124, as of timeout(1).
 *   `outputFile`: takes the output instead. `interactive`: passes standard input on.
 * @returns {Promise<number>} the exit status; 127 when the command cannot be started
 */
export function runCommand(
  [file = "", ...args],
  { env = {}, limitMs, outputFile, interactive = false } = {},
) {
  const output = outputFile === undefined ? "inherit" : openSync(outputFile, "w");
  // A group of its own, so that a time limit ends the grandchildren too. An interactive command stays in the
  // terminal's group, for it would be stopped as soon as it reads.
  const grouped = !interactive && process.platform !== "win32";
  const child = spawn(file, args, {
    cwd: rootFolder,
    env: { ...usableEnvironment(), ...env },
    stdio: [interactive ? "inherit" : "ignore", output, output],
    detached: grouped,
    shell: process.platform === "win32",
  });
  if (typeof output === "number") closeSync(output);
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    if (child.pid === undefined || child.exitCode !== null) return;
    if (grouped) process.kill(-child.pid, signal);
    else child.kill(signal);
  };
  let late = false;
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          end("SIGTERM");
          setTimeout(end, KILL_AFTER_MS, "SIGKILL").unref();
        }, limitMs);
  const interrupt = () => {
    end("SIGINT");
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return new Promise((resolve) => {
    /** @param {number} status */
    const finish = (status) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
      resolve(status);
    };
    child.on("error", () => finish(127));
    child.on("close", (code) => finish(late ? 124 : (code ?? 130)));
  });
}
