import { basicHeader } from "@bale/auth";
import { BaleError, type CallOptions, type Credential, type Secret } from "@bale/spec";
import { askHelper, TOKEN_USER } from "./ask-helper.js";
import { writablePlace } from "./config-places.js";
import type { DockerOptions } from "./docker-options.js";
import { type EntrySecrets, setEntry } from "./edit-auths.js";
import { type HelperUse, helperError, programName } from "./helper-error.js";
import { helperFor } from "./helper-for.js";
import { parseServer, type Server, scopedKey } from "./parse-server.js";
import { readConfig } from "./read-config.js";
import { runHelper } from "./run-helper.js";
import { stopIfAborted } from "./stop-if-aborted.js";
import { writeConfig } from "./write-config.js";

/** Where a credential went. */
export type SavedTo =
  | { readonly kind: "helper"; readonly helper: string }
  | { readonly kind: "file"; readonly path: string };

/** For which part of a registry a credential is. */
export interface ScopeOptions extends CallOptions {
  /** `acme` or `acme/models`; default the whole registry. */
  readonly namespace?: string | undefined;
}

function unsupported(why: string, fix?: string): BaleError {
  return new BaleError({ code: "UNSUPPORTED", message: "these credentials cannot be saved", why, fix });
}

function secretsOf(credential: Credential): EntrySecrets {
  if (credential.kind === "anonymous") throw unsupported("there is nothing in them to save");
  // Short-lived ones would be sent long after their end.
  if (credential.expiresAt) throw unsupported("they expire, and neither file nor helper can say when");
  switch (credential.kind) {
    case "basic":
      // The header's value is what the file has; a user name or password that no header can carry is refused here.
      return { auth: basicHeader(credential).slice("Basic ".length) };
    case "identity-token":
      return { identitytoken: credential.token.reveal() };
    case "bearer":
      return { registrytoken: credential.token.reveal() };
  }
}

interface HelperSecret {
  readonly username: string;
  readonly hidden: Secret;
}

function helperSecret(credential: Credential): HelperSecret {
  if (credential.kind === "basic") return { username: credential.username, hidden: credential.password };
  if (credential.kind === "identity-token") return { username: TOKEN_USER, hidden: credential.token };
  throw unsupported("a helper keeps user names, passwords and identity tokens only");
}

async function storeInHelper(
  use: HelperUse,
  server: Server,
  credential: Credential,
  options: DockerOptions,
  call: CallOptions,
): Promise<void> {
  const { username, hidden } = helperSecret(credential);
  const input = JSON.stringify({ ServerURL: server.key, Username: username, Secret: hidden.reveal() });
  const store = async (): Promise<void> => {
    const { exitCode } = await runHelper(use, "store", input, options, call);
    if (exitCode !== 0) throw helperError(use, `could not store the credentials (exit code ${exitCode})`);
  };
  const isKept = async (): Promise<boolean> => {
    const kept = await askHelper(use, server.key, options, call);
    if (kept?.kind !== credential.kind || kept.kind === "anonymous") return false;
    const answered = helperSecret(kept);
    return answered.username === username && answered.hidden.reveal() === hidden.reveal();
  };
  await store();
  if (await isKept()) return;
  // docker-credential-pass keeps one for each user name, and answers with the first in the order of names (0.6.4, measured).
  await runHelper(use, "erase", server.key, options, call);
  await store();
  if (!(await isKept())) throw helperError(use, "does not answer with what it was given to store");
}

/**
 * Saves the credential of a registry, or of a namespace of it: with the helper that the first file names for it, else unencrypted in that file,
 * of which `warn` is told. A helper keeps one credential for each registry, so that those of a namespace can only be in a file.
 * @throws BaleError `UNSUPPORTED` for what cannot be kept, `AUTH_FAILED` for what could never be sent, `CREDENTIAL_HELPER`, `CONFIG_INVALID`,
 *   `LOCKED`, `PERMISSION`, `NO_SPACE`, `IO`, `INTERRUPTED`
 */
export async function saveCredential(
  origin: string,
  credential: Credential,
  options: DockerOptions,
  call: ScopeOptions = {},
): Promise<SavedTo> {
  const server = parseServer(origin);
  const { namespace } = call;
  const path = writablePlace(options);
  if (path === undefined)
    throw new BaleError({
      code: "USAGE",
      message: "there is no place to save credentials",
      why: "neither a home folder nor a file is known",
      fix: "set HOME, or DOCKER_CONFIG to a folder",
    });
  const secrets = secretsOf(credential);
  stopIfAborted(call.signal);
  const config = await readConfig(path);
  const use = config && helperFor(config, server);
  if (use && namespace !== undefined)
    throw unsupported(
      `${use.path} names the helper ${programName(use.helper)} for ${server.host}, and helpers keep one credential for a whole registry`,
      "log in to the registry without a namespace, or name another file with --registry-config",
    );
  if (use) {
    await storeInHelper(use, server, credential, options, call);
    // A password that was in the file before would stay there, unencrypted and out of use.
    const entry = config.auths.get(server.key);
    if (typeof entry === "object" && entry !== null && Object.keys(entry).length > 0)
      await writeConfig(path, (old) => setEntry(old, server.key, {}), options, call);
    return { kind: "helper", helper: use.helper };
  }
  const key = scopedKey(server, namespace);
  await writeConfig(path, (old) => setEntry(old, key, secrets), options, call);
  options.warn?.(
    `the credentials for ${namespace === undefined ? server.host : key} are stored unencrypted in ${path}; name a credential helper there (credsStore) to have them encrypted`,
  );
  return { kind: "file", path };
}
