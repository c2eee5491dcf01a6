import { BaleError, type CredentialProvider, secret } from "@bale/spec";
import type { Environment } from "./environment-credentials.js";
import { runProgram } from "./run-program.js";
import { createSharedFlight } from "./shared-flight.js";
import type { SourcedCredential } from "./sourced-credential.js";

export interface GhCredentialsOptions {
  /** Value of PATH: where `gh` is looked for. */
  readonly searchPath: string;
  /** What `gh` gets as its environment: it needs HOME, and where it keeps its own settings. */
  readonly env: Environment;
  /** Default 10 seconds. */
  readonly timeoutMs?: number | undefined;
}

const REGISTRY = "https://ghcr.io";
const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES = 64 * 1024;
// Printable ASCII without space: what GitHub's tokens are made of, and what can stand in a header.
const TOKEN = /^[\x21-\x7e]{1,1024}$/;
// What gh says, with exit code 1, where nobody has signed in.
const SIGNED_OUT = /no oauth token|not logged in|authentication required/i;

function failed(why: string): BaleError {
  return new BaleError({
    code: "CREDENTIAL_HELPER",
    message: "gh gave no token for ghcr.io",
    why,
    fix: "run `gh auth status --hostname github.com`, or set GITHUB_TOKEN",
    context: { program: "gh", registry: "ghcr.io" },
  });
}

/**
 * The token with which GitHub's own command line is signed in to github.com, for ghcr.io and nothing else. Without `gh`, or where
 * it is signed out, there is no answer. The token needs the scope read:packages or write:packages, which `gh` does not ask for by
 * itself.
 * `resolve` @throws BaleError `CREDENTIAL_HELPER` where `gh` fails in another way, `INTERRUPTED`
 */
export function ghCredentials(options: GhCredentialsOptions): CredentialProvider {
  const flight = createSharedFlight<SourcedCredential | undefined>();
  const ask = async (signal: AbortSignal): Promise<SourcedCredential | undefined> => {
    const outcome = await runProgram({
      program: "gh",
      args: ["auth", "token", "--hostname", "github.com"],
      searchPath: options.searchPath,
      env: options.env,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      maxBytes: OUTPUT_BYTES,
      signal,
    });
    if (outcome.kind === "absent") return undefined;
    if (outcome.kind === "failed") throw failed(outcome.why);
    if (outcome.exitCode !== 0) {
      if (SIGNED_OUT.test(outcome.stderr)) return undefined;
      throw failed(`it ended with exit code ${outcome.exitCode}`);
    }
    const token = outcome.stdout.trim();
    if (!TOKEN.test(token)) throw failed("what it printed is no token");
    return { kind: "basic", username: "gh", password: secret(token), source: "gh", ambient: true };
  };
  return {
    id: "gh",
    resolve: async ({ origin }, call) =>
      origin === REGISTRY ? flight(REGISTRY, ask, call?.signal) : undefined,
  };
}
