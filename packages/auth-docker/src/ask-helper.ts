import type { SourcedCredential } from "@bale/auth";
import { type CallOptions, secret } from "@bale/spec";
import type { DockerOptions } from "./docker-options.js";
import { type HelperUse, helperError, programName } from "./helper-error.js";
import { HUB_HOSTS, type Server } from "./parse-server.js";
import { type HelperOutcome, runHelper } from "./run-helper.js";

// docker-credential-helpers, `credentials/error.go`: a message on stdout, with an exit code other than 0.
const NOT_FOUND = "credentials not found in native keychain";
/** The user name with which the secret is an identity token. */
export const TOKEN_USER = "<token>";

/** Under which names a server may be kept by helpers. Programs do not agree on that of Docker Hub. */
export function helperKeys(server: Server): readonly string[] {
  return server.isHub ? [server.key, ...HUB_HOSTS] : [server.key];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `undefined`: the helper has nothing for this server. @throws BaleError `CREDENTIAL_HELPER` */
function readAnswer(use: HelperUse, { exitCode, stdout }: HelperOutcome): SourcedCredential | undefined {
  if (exitCode !== 0) {
    if (stdout.trim() === NOT_FOUND) return undefined;
    throw helperError(use, `failed with exit code ${exitCode}`);
  }
  const answer = parse(stdout);
  if (typeof answer !== "object" || answer === null)
    throw helperError(use, "did not answer with a JSON object");
  const members = new Map<string, unknown>(Object.entries(answer));
  const [username, password] = [members.get("Username"), members.get("Secret")];
  if (typeof username !== "string" || typeof password !== "string")
    throw helperError(use, "answered without Username and Secret");
  // docker-credential-pass 0.6.4 says "not found" like this (measured).
  if (username === "" && password === "") return undefined;
  if (password === "") throw helperError(use, "answered with a user name and no secret");
  const source = programName(use.helper);
  if (username === TOKEN_USER) return { kind: "identity-token", token: secret(password), source };
  return { kind: "basic", username, password: secret(password), source };
}

/** What a helper keeps under one key. @throws BaleError `CREDENTIAL_HELPER`, `INTERRUPTED` */
export async function askHelper(
  use: HelperUse,
  key: string,
  options: DockerOptions,
  call?: CallOptions,
): Promise<SourcedCredential | undefined> {
  return readAnswer(use, await runHelper(use, "get", key, options, call));
}
