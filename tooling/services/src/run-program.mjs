import { spawn } from "node:child_process";

/**
 * @typedef {object} ProgramResult
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} code    exit status; 128 when a signal ended the program
 */

/**
 * Runs a program to its end, without a shell and without standard input.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined, input?: string | undefined }} [options]
 *   `env` replaces the whole environment
 * @returns {Promise<ProgramResult>} rejects only when the program cannot be started
 */
export function runProgram(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const stdin = options.input === undefined ? "ignore" : "pipe";
    const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: [stdin, "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.stdin?.on("error", () => undefined).end(options.input);
    child.on("error", reject);
    child.on("close", (code) => resolve({ stdout, stderr, code: code ?? 128 }));
  });
}
