import { runProgram } from "@bale/auth";
import { BaleError, secret } from "@bale/spec";
import { type EntraSource, scopeOf } from "./entra-token.js";

// It is a Python program, and may have to renew its own token first.
const TIMEOUT_MS = 30_000;
const OUTPUT_BYTES = 256 * 1024;
const SIGNED_OUT = /az login|no subscription found/i;

function tokenIn(stdout: string): string | undefined {
  try {
    const { accessToken } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    return typeof accessToken === "string" && accessToken !== "" ? accessToken : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever is signed in to the Azure CLI. Nothing where it is not installed or nobody is. */
export const azureCli: EntraSource = async ({ env, registry, resource, signal }) => {
  const source = "az";
  const outcome = await runProgram({
    program: "az",
    args: ["account", "get-access-token", "--scope", scopeOf(resource), "--output", "json"],
    searchPath: env["PATH"] ?? "",
    env,
    timeoutMs: TIMEOUT_MS,
    maxBytes: OUTPUT_BYTES,
    signal,
  });
  const failed = (why: string): BaleError =>
    new BaleError({
      code: "AUTH_FAILED",
      message: `az gave no token for ${registry}`,
      why,
      fix: "run `az login`",
      context: { registry, source },
    });
  if (outcome.kind === "absent") return undefined;
  if (outcome.kind === "failed") throw failed(outcome.why);
  if (outcome.exitCode !== 0) {
    if (SIGNED_OUT.test(outcome.stderr) && !/expired|AADSTS/i.test(outcome.stderr)) return undefined;
    throw failed(`it ended with exit code ${outcome.exitCode}`);
  }
  const token = tokenIn(outcome.stdout);
  if (token === undefined) throw failed("what it printed has no token");
  return { token: secret(token), source };
};
