import { runProgram } from "@bale/auth";
import type { CallOptions } from "@bale/spec";
import type { DockerOptions } from "./docker-options.js";
import { type HelperUse, helperError } from "./helper-error.js";

export interface HelperOutcome {
  readonly exitCode: number;
  readonly stdout: string;
}

const OUTPUT_BYTES = 1024 * 1024;
const TIMEOUT_MS = 30_000;
const NAME = /^[A-Za-z0-9._-]+$/;

// Windows: the variable's name has no fixed case.
function searchPath({ env, platform = process.platform }: DockerOptions): string {
  const name = platform === "win32" ? Object.keys(env).find((key) => key.toUpperCase() === "PATH") : "PATH";
  return (name && env[name]) ?? "";
}

function refuseName(use: HelperUse): void {
  if (NAME.test(use.helper)) return;
  throw helperError(
    use,
    "has a name that is not allowed",
    `correct credsStore or credHelpers in ${use.path}: a name has letters, digits, dots, hyphens and underscores`,
  );
}

/**
 * Runs `docker-credential-NAME ACTION`, with the input on stdin. A helper that takes longer than the limit or prints more than 1 MiB is killed.
 * @throws BaleError `CREDENTIAL_HELPER` for a name that is none, a program that is not there, and one that fails; `INTERRUPTED`
 */
export async function runHelper(
  use: HelperUse,
  action: "get" | "store" | "erase",
  input: string,
  options: DockerOptions,
  { signal }: CallOptions = {},
): Promise<HelperOutcome> {
  refuseName(use);
  const timeoutMs = options.helperTimeoutMs ?? TIMEOUT_MS;
  const outcome = await runProgram({
    program: `docker-credential-${use.helper}`,
    args: [action],
    searchPath: searchPath(options),
    env: options.env,
    platform: options.platform,
    timeoutMs,
    maxBytes: OUTPUT_BYTES,
    input,
    // What it says there may hold secrets, so that nobody listens.
    stderr: "ignore",
    signal,
  });
  if (outcome.kind === "ended") return outcome;
  if (outcome.kind === "absent")
    throw helperError(
      use,
      "is not installed",
      `install it in a folder of PATH, take it out of ${use.path}, or set BALE_USERNAME and BALE_PASSWORD`,
    );
  const { detail } = outcome;
  switch (outcome.problem) {
    case "slow":
      throw helperError(use, `did not answer within ${timeoutMs / 1000} s`);
    case "flood":
      throw helperError(use, "printed more than 1 MiB");
    case "signal":
      throw helperError(use, `was ended by ${detail ?? "a signal"}`);
    case "start":
      throw helperError(use, `could not be started (${detail ?? "unknown"})`);
  }
}
