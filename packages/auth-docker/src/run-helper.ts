import { type ChildProcess, spawn } from "node:child_process";
import type { CallOptions } from "@bale/spec";
import type { DockerOptions } from "./docker-options.js";
import { findHelper } from "./find-helper.js";
import { type HelperUse, helperError } from "./helper-error.js";
import { interrupted, stopIfAborted } from "./interrupted.js";
import { errnoOf } from "./local-error.js";

export interface HelperOutcome {
  readonly exitCode: number;
  readonly stdout: string;
}

const OUTPUT_BYTES = 1024 * 1024;
const TIMEOUT_MS = 30_000;

function start(program: string, action: string, env: DockerOptions["env"]): ChildProcess {
  // No shell, fixed arguments. What it says on stderr may hold secrets, so that nobody listens.
  return spawn(program, [action], {
    env,
    shell: false,
    windowsHide: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
}

/**
 * Runs `docker-credential-NAME ACTION`, with the input on stdin. A helper that takes longer than the limit or prints more than 1 MiB is killed.
 * @throws BaleError `CREDENTIAL_HELPER`, `INTERRUPTED`
 */
export async function runHelper(
  use: HelperUse,
  action: "get" | "store" | "erase",
  input: string,
  options: DockerOptions,
  { signal }: CallOptions = {},
): Promise<HelperOutcome> {
  const program = await findHelper(use, options);
  stopIfAborted(signal);
  const timeoutMs = options.helperTimeoutMs ?? TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let child: ChildProcess;
    try {
      child = start(program, action, options.env);
    } catch (error) {
      return reject(helperError(use, `could not be started (${errnoOf(error)})`));
    }
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const stop = (error: Error): void => {
      settle();
      child.kill("SIGKILL");
      // A child of the helper may live on with the other end in its hands; it must not keep this process.
      child.stdin?.destroy();
      child.stdout?.destroy();
      child.unref();
      reject(error);
    };
    const onAbort = (): void => {
      if (signal) stop(interrupted(signal));
    };
    const timer = setTimeout(
      () => stop(helperError(use, `did not answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    child.on("error", (error) => stop(helperError(use, `could not be started (${errnoOf(error)})`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_BYTES) stop(helperError(use, "printed more than 1 MiB"));
      else chunks.push(chunk);
    });
    child.on("close", (exitCode, killedBy) => {
      settle();
      if (exitCode === null) reject(helperError(use, `was ended by ${killedBy ?? "a signal"}`));
      else resolve({ exitCode, stdout: Buffer.concat(chunks).toString("utf8") });
    });
    // Where the system has no more handles, there are no pipes, and an error follows.
    // A helper that knows its answer need not read: a broken pipe (EPIPE) is no failure.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
