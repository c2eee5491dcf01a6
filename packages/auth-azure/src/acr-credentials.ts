import { fetchOauthToken, registryCredentials, type SourcedCredential } from "@bale/auth";
import { escapeTerminal, redactText } from "@bale/http";
import { BaleError, type CredentialProvider, type HttpClient, type PluginContext, secret } from "@bale/spec";
import { parseAcrHost } from "./acr-host.js";
import { azureCli } from "./az-token.js";
import { ACR_SCOPE, type EntraRequest, type EntraSource, type EntraToken } from "./entra-token.js";
import { readJwtClaims } from "./jwt-claims.js";
import { appIdentity, machineIdentity } from "./managed-identity.js";
import { clientSecret, workloadIdentity } from "./service-principal.js";

/** Gives a token of Microsoft Entra ID for a scope; `getToken` of any credential of `@azure/identity` does. */
export type GetEntraToken = (
  scope: string,
  options: { readonly abortSignal?: AbortSignal },
) => Promise<{ readonly token: string } | null>;

export interface AcrCredentialsOptions {
  /** Must have no authorizer that adds headers of its own to requests without `access`. */
  readonly http: Pick<HttpClient, "request">;
  readonly env: PluginContext["env"];
  readonly log?: PluginContext["log"] | undefined;
  /** A source of your own, in place of all that is looked for. */
  readonly getToken?: GetEntraToken | undefined;
  /** Host and port of the metadata service. Default 169.254.169.254. */
  readonly metadataHost?: string | undefined;
  /** Wall-clock milliseconds, since tokens state a date. */
  readonly now?: (() => number) | undefined;
}

const METADATA_HOST = "169.254.169.254";
// Where a token does not say: less than the three hours of those that do.
const UNSTATED_LIFE_MS = 3_600_000;
const SOURCES: readonly EntraSource[] = [
  clientSecret,
  workloadIdentity,
  appIdentity,
  machineIdentity,
  azureCli,
];

function missing(host: string): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no Azure identity for ${host}`,
    why: "looked for AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, a managed identity and a signed-in az",
    fix: "run `az login`, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET",
    context: { registry: host },
  });
}

async function passedIn(getToken: GetEntraToken, { registry, signal }: EntraRequest): Promise<EntraToken> {
  const source = "the getToken passed in";
  let why = "it gave none";
  try {
    const answer = await getToken(ACR_SCOPE, signal ? { abortSignal: signal } : {});
    if (answer) return { token: secret(answer.token), source };
  } catch (error) {
    if (BaleError.is(error)) throw error;
    const [line = ""] = error instanceof Error ? error.message.split("\n") : [];
    why = escapeTerminal(redactText(line), 300);
  }
  throw new BaleError({
    code: "AUTH_FAILED",
    message: `no token for ${registry} from ${source}`,
    why,
    fix: "sign in anew where that function takes its tokens from",
    context: { registry, source },
  });
}

async function find(request: EntraRequest): Promise<EntraToken | undefined> {
  for (const source of SOURCES) {
    const found = await source(request);
    if (found) return found;
  }
  return undefined;
}

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
    missing,
    now,
    obtain: async (registry, { signal }) => {
      const authority = parseAcrHost(registry)?.authority ?? "";
      const request: EntraRequest = { http, env, registry, authority, metadataHost, now, signal };
      const entra = await (getToken ? passedIn(getToken, request) : find(request));
      if (!entra) return undefined;
      const credential = await exchange(request, entra);
      log?.("debug", "got a token from Azure", { registry, source: entra.source });
      return credential;
    },
  });
}
