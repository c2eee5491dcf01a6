import { registryCredentials } from "@bale/auth";
import type { CredentialProvider } from "@bale/spec";
import { type EntraRequest, STORAGE_RESOURCE } from "./entra-token.js";
import { type EntraOptions, findToken, METADATA_HOST, noIdentity } from "./find-token.js";
import { readJwtClaims } from "./jwt-claims.js";
import { parseStorageHost } from "./storage-host.js";

// Where a token does not say: Entra ID gives an hour at least.
const UNSTATED_LIFE_MS = 30 * 60_000;

/**
 * Tokens for Azure Blob Storage, each until its own end. Nothing is answered for other hosts, nor for reading where no identity is
 * configured: a container may be public.
 * `resolve` @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `INTERRUPTED`
 */
export function azureStorageCredentials(options: EntraOptions): CredentialProvider {
  const { env, getToken, http, log, metadataHost = METADATA_HOST, now = Date.now } = options;
  return registryCredentials({
    id: "azure-storage",
    serves: (host) => parseStorageHost(host) !== undefined,
    mayBePublic: () => true,
    missing: noIdentity,
    now,
    obtain: async (host, { signal }) => {
      const authority = parseStorageHost(host)?.authority ?? "";
      const service = { registry: host, authority, resource: STORAGE_RESOURCE };
      const request: EntraRequest = { ...service, http, env, metadataHost, now, signal };
      const entra = await findToken(request, getToken);
      if (!entra) return undefined;
      const { source, token } = entra;
      log?.("debug", "got a token from Azure", { host, source });
      const expiresAt = readJwtClaims(token.reveal()).expiresAt ?? new Date(now() + UNSTATED_LIFE_MS);
      return { kind: "bearer", token, expiresAt, source };
    },
  });
}
