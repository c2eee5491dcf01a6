import { programPath } from "./locate.mjs";
import { requireService } from "./require.mjs";
import { runProgram } from "./run-program.mjs";

/**
 * Runs oras, crane or skopeo to its end; a status other than 0 is a result, not an error.
 * @param {"oras" | "crane" | "skopeo"} name
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string }} [options]
 *   `env` is added to the environment of this process; `input` becomes standard input
 * @returns {Promise<import("./run-program.mjs").ProgramResult>}
 */
export async function runTool(name, args, options = {}) {
  requireService(name);
  return runProgram(programPath(name) ?? name, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    input: options.input,
  });
}
