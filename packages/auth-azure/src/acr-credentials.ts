import { fetchOauthToken, registryCredentials, type SourcedCredential } from "@bale/auth";
import type { CredentialProvider } from "@bale/spec";
import { parseAcrHost } from "./acr-host.js";
import { ACR_RESOURCE, type EntraRequest, type EntraToken } from "./entra-token.js";
import { type EntraOptions, findToken, METADATA_HOST, noIdentity } from "./find-token.js";
import { readJwtClaims } from "./jwt-claims.js";

export type AcrCredentialsOptions = EntraOptions;

// Where a token does not say: less than the three hours of those that do.
const UNSTATED_LIFE_MS = 3_600_000;
/** A token of Entra ID for one of the registry (ACR's own part of the protocol): who has it may ask for access tokens until it ends. */
async function exchange(request: EntraRequest, entra: EntraToken): Promise<SourcedCredential> {
  const { http, now, registry, signal } = request;
  const { tenant } = readJwtClaims(entra.token.reveal());
  const { token } = await fetchOauthToken({
    http,
    endpoint: `https://${registry}/oauth2/exchange`,
    form: {
      grant_type: "access_token",
      service: registry,
      ...(tenant === undefined ? {} : { tenant }),
      access_token: entra.token.reveal(),
    },
    member: "refresh_token",
    source: entra.source,
    registry,
    fix: "give this identity the role AcrPull or AcrPush for the registry, and check that the registry is in its tenant",
    now,
    signal,
  });
  const expiresAt = readJwtClaims(token.reveal()).expiresAt ?? new Date(now() + UNSTATED_LIFE_MS);
  return { kind: "identity-token", token, expiresAt, source: entra.source };
}

/**
 * Identity tokens for Azure Container Registry, each for about three hours. Nothing is answered for other hosts, nor for a pull where
 * no identity is configured: a registry may allow anonymous pulls.
 * `resolve` @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `INTERRUPTED`
 */
export function acrCredentials(options: AcrCredentialsOptions): CredentialProvider {
  const { env, getToken, http, log, metadataHost = METADATA_HOST, now = Date.now } = options;
  return registryCredentials({
    id: "acr",
    serves: (host) => parseAcrHost(host) !== undefined,
    mayBePublic: () => true,
    missing: noIdentity,
    now,
    obtain: async (registry, { signal }) => {
      const authority = parseAcrHost(registry)?.authority ?? "";
      const service = { registry, authority, resource: ACR_RESOURCE };
      const request: EntraRequest = { ...service, http, env, metadataHost, now, signal };
      const entra = await findToken(request, getToken);
      if (!entra) return undefined;
      const credential = await exchange(request, entra);
      log?.("debug", "got a token from Azure", { registry, source: entra.source });
      return credential;
    },
  });
}
