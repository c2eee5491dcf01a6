import { basicHeader } from "@bale/auth";
import { BaleError, type CallOptions, type Credential } from "@bale/spec";
import { TOKEN_USER } from "./ask-helper.js";
import { writablePlace } from "./config-places.js";
import type { DockerOptions } from "./docker-options.js";
import { type EntrySecrets, setEntry } from "./edit-auths.js";
import { type HelperUse, helperError } from "./helper-error.js";
import { helperFor } from "./helper-for.js";
import { stopIfAborted } from "./interrupted.js";
import { parseServer, type Server } from "./parse-server.js";
import { readConfig } from "./read-config.js";
import { runHelper } from "./run-helper.js";
import { writeConfig } from "./write-config.js";

/** Where a credential went. */
export type SavedTo =
  | { readonly kind: "helper"; readonly helper: string }
  | { readonly kind: "file"; readonly path: string };

function unsupported(why: string): BaleError {
  return new BaleError({ code: "UNSUPPORTED", message: "these credentials cannot be saved", why });
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

async function storeInHelper(
  use: HelperUse,
  server: Server,
  credential: Credential,
  options: DockerOptions,
  call: CallOptions,
): Promise<void> {
  if (credential.kind !== "basic" && credential.kind !== "identity-token")
    throw unsupported("a helper keeps user names, passwords and identity tokens only");
  const [username, hidden] =
    credential.kind === "basic" ? [credential.username, credential.password] : [TOKEN_USER, credential.token];
  const input = JSON.stringify({ ServerURL: server.key, Username: username, Secret: hidden.reveal() });
  const { exitCode } = await runHelper(use, "store", input, options, call);
  if (exitCode !== 0) throw helperError(use, `could not store the credentials (exit code ${exitCode})`);
}

/**
 * Saves the credential of a registry: with the helper that the first file names for it, else unencrypted in that file, of which `warn` is told.
 * @throws BaleError `UNSUPPORTED` for what cannot be kept, `AUTH_FAILED` for what could never be sent, `CREDENTIAL_HELPER`, `CONFIG_INVALID`,
 *   `LOCKED`, `PERMISSION`, `NO_SPACE`, `IO`, `INTERRUPTED`
 */
export async function saveCredential(
  origin: string,
  credential: Credential,
  options: DockerOptions,
  call: CallOptions = {},
): Promise<SavedTo> {
  const server = parseServer(origin);
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
  if (use) {
    await storeInHelper(use, server, credential, options, call);
    // A password that was in the file before would stay there, unencrypted and out of use.
    const entry = config.auths.get(server.key);
    if (typeof entry === "object" && entry !== null && Object.keys(entry).length > 0)
      await writeConfig(path, (old) => setEntry(old, server.key, {}), options, call);
    return { kind: "helper", helper: use.helper };
  }
  await writeConfig(path, (old) => setEntry(old, server.key, secrets), options, call);
  options.warn?.(
    `the credentials for ${server.host} are stored unencrypted in ${path}; name a credential helper there (credsStore) to have them encrypted`,
  );
  return { kind: "file", path };
}
