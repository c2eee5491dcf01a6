import { runProgram } from "@bale/auth";
import { secret } from "@bale/spec";
import { type GoogleSource, unusable } from "./google-token.js";

const SOURCE = "gcloud";
// It is a Python program, and may have to renew the token first.
const TIMEOUT_MS = 30_000;
const OUTPUT_BYTES = 64 * 1024;
// It does not say how long its token lives: up to an hour, and some minutes at least.
const LIFE_MS = 5 * 60_000;
const TOKEN = /^[\x21-\x7e]{1,8192}$/;
const SIGNED_OUT = /active account selected|no credentialed accounts/i;

/** Whoever is signed in to gcloud. Nothing where it is not installed or nobody is. */
export const gcloudToken: GoogleSource = async (request) => {
  const { env, now, signal } = request;
  const outcome = await runProgram({
    program: "gcloud",
    args: ["auth", "print-access-token", "--quiet"],
    searchPath: env["PATH"] ?? "",
    env,
    timeoutMs: TIMEOUT_MS,
    maxBytes: OUTPUT_BYTES,
    signal,
  });
  const fix = "run `gcloud auth login`";
  if (outcome.kind === "absent") return undefined;
  if (outcome.kind === "failed") throw unusable(request, SOURCE, outcome.why, fix);
  if (outcome.exitCode !== 0) {
    if (SIGNED_OUT.test(outcome.stderr)) return undefined;
    throw unusable(request, SOURCE, `it ended with exit code ${outcome.exitCode}`, fix);
  }
  const token = outcome.stdout.trim();
  if (!TOKEN.test(token)) throw unusable(request, SOURCE, "what it printed is no token", fix);
  return { token: secret(token), expiresAt: new Date(now() + LIFE_MS), source: SOURCE };
};
