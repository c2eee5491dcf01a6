import { createSharedFlight, type SharedFlight, type SourcedCredential } from "@bale/auth";
import type { CallOptions, CredentialProvider, CredentialRequest } from "@bale/spec";
import { askHelper, helperKeys } from "./ask-helper.js";
import { configError } from "./config-error.js";
import { configPlaces } from "./config-places.js";
import { decodeEntry } from "./decode-entry.js";
import type { DockerOptions } from "./docker-options.js";
import { eraseCredential } from "./erase-credential.js";
import type { HelperUse } from "./helper-error.js";
import { helperFor } from "./helper-for.js";
import { matchingKeys } from "./match-key.js";
import { parseServer, type Server } from "./parse-server.js";
import { type DockerConfig, readConfig } from "./read-config.js";
import { saveCredential } from "./save-credential.js";
import { stopIfAborted } from "./stop-if-aborted.js";

type Flight = SharedFlight<SourcedCredential | undefined>;

async function fromHelper(
  use: HelperUse,
  server: Server,
  options: DockerOptions,
  flight: Flight,
  { signal }: CallOptions = {},
): Promise<SourcedCredential | undefined> {
  for (const key of helperKeys(server)) {
    const ask = (shared: AbortSignal): Promise<SourcedCredential | undefined> =>
      askHelper(use, key, options, { signal: shared });
    const credential = await flight(JSON.stringify([use.helper, key]), ask, signal);
    if (credential) return credential;
  }
  return undefined;
}

function fromEntries(
  config: DockerConfig,
  server: Server,
  repository: string | undefined,
): SourcedCredential | undefined {
  for (const key of matchingKeys(config.auths.keys(), server, repository)) {
    const credential = decodeEntry(config.auths.get(key), { path: config.path, key });
    if (credential) return credential;
  }
  return undefined;
}

/**
 * Credentials as docker and podman keep them. The files are gone through in their order, until one has an answer; a file that names a helper
 * for the registry has that helper's answer and no other. Files are read anew at each question; questions to a helper that are asked at the
 * same time are asked once.
 *
 * `storage` saves to the first file, or to the helper that it names; what other files hold is left alone.
 *
 * @throws BaleError from `resolve`: `CONFIG_INVALID` for a file that cannot be read or understood, `CREDENTIAL_HELPER` for a helper that is
 *   missing or fails, `REFERENCE_INVALID` for what is no origin, `INTERRUPTED`
 */
export function dockerCredentials(options: DockerOptions): CredentialProvider {
  const flight: Flight = createSharedFlight();
  const resolve = async (
    { origin, repository }: CredentialRequest,
    call: CallOptions = {},
  ): Promise<SourcedCredential | undefined> => {
    const server = parseServer(origin);
    for (const { path, mustExist } of configPlaces(options)) {
      stopIfAborted(call.signal);
      const config = await readConfig(path);
      if (!config && mustExist) throw configError(path, `the file of credentials ${path} does not exist`);
      if (!config) continue;
      const use = helperFor(config, server);
      const credential = use
        ? await fromHelper(use, server, options, flight, call)
        : fromEntries(config, server, repository);
      if (credential) return credential;
    }
    return undefined;
  };
  return {
    id: "docker",
    resolve,
    storage: {
      save: async (origin, credential, call) => {
        await saveCredential(origin, credential, options, call);
      },
      erase: async (origin, call) => (await eraseCredential(origin, options, call)).length > 0,
    },
  };
}
