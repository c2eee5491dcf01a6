import { escapeTerminal, redactText } from "@bale/http";
import { BaleError, type HttpClient, type PluginContext, secret } from "@bale/spec";
import { azureCli } from "./az-token.js";
import { type EntraRequest, type EntraSource, type EntraToken, scopeOf } from "./entra-token.js";
import { appIdentity, machineIdentity } from "./managed-identity.js";
import { clientSecret, workloadIdentity } from "./service-principal.js";

/** Gives a token of Microsoft Entra ID for a scope; `getToken` of any credential of `@azure/identity` does. */
export type GetEntraToken = (
  scope: string,
  options: { readonly abortSignal?: AbortSignal },
) => Promise<{ readonly token: string } | null>;

export interface EntraOptions {
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

export const METADATA_HOST = "169.254.169.254";
const SOURCES: readonly EntraSource[] = [
  clientSecret,
  workloadIdentity,
  appIdentity,
  machineIdentity,
  azureCli,
];

/** Nothing of what could sign in was found. */
export function noIdentity(host: string): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no Azure identity for ${host}`,
    why: "looked for AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, a managed identity and a signed-in az",
    fix: "run `az login`, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET",
    context: { registry: host },
  });
}

async function passedIn(
  getToken: GetEntraToken,
  { registry, resource, signal }: EntraRequest,
): Promise<EntraToken> {
  const source = "the getToken passed in";
  let why = "it gave none";
  try {
    const answer = await getToken(scopeOf(resource), signal ? { abortSignal: signal } : {});
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

/** The first identity that this machine has, or the one that is passed in. @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `INTERRUPTED` */
export async function findToken(
  request: EntraRequest,
  getToken: GetEntraToken | undefined,
): Promise<EntraToken | undefined> {
  if (getToken) return passedIn(getToken, request);
  for (const source of SOURCES) {
    const found = await source(request);
    if (found) return found;
  }
  return undefined;
}
