import { readFile, stat } from "node:fs/promises";
import { fetchOauthToken } from "@bale/auth";
import { BaleError } from "@bale/spec";
import { AUTHORITY_HOSTS } from "./acr-host.js";
import { type EntraRequest, type EntraSource, scopeOf } from "./entra-token.js";

const TENANT = /^[A-Za-z0-9][A-Za-z0-9.-]{0,127}$/;
const ASSERTION_BYTES = 64 * 1024;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

function wrong(request: EntraRequest, source: string, why: string, fix: string): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no token for ${request.registry} with ${source}`,
    why,
    fix,
    context: { registry: request.registry, source },
  });
}

/** AZURE_AUTHORITY_HOST, where it is one of Microsoft's; what is sent there is as good as a password. */
function authorityOf(request: EntraRequest, source: string): string {
  const named = request.env["AZURE_AUTHORITY_HOST"];
  if (!named) return request.authority;
  const url = URL.canParse(named) ? new URL(named) : undefined;
  if (url?.protocol === "https:" && AUTHORITY_HOSTS.includes(url.host)) return url.origin;
  throw wrong(
    request,
    source,
    "AZURE_AUTHORITY_HOST is no address of Microsoft Entra ID",
    `remove it, or set it to one of ${AUTHORITY_HOSTS.map((host) => `https://${host}`).join(", ")}`,
  );
}

async function clientToken(
  request: EntraRequest,
  source: string,
  proof: Readonly<Record<string, string>>,
): ReturnType<EntraSource> {
  const { env, http, now, registry, resource, signal } = request;
  const clientId = env["AZURE_CLIENT_ID"];
  const tenant = env["AZURE_TENANT_ID"];
  if (!clientId || !tenant)
    throw wrong(
      request,
      source,
      `${clientId ? "AZURE_TENANT_ID" : "AZURE_CLIENT_ID"} is not set`,
      `set AZURE_CLIENT_ID and AZURE_TENANT_ID beside ${source}`,
    );
  if (!TENANT.test(tenant))
    throw wrong(
      request,
      source,
      "AZURE_TENANT_ID is no identifier of a tenant",
      "set it to a GUID or a domain",
    );
  const { token } = await fetchOauthToken({
    http,
    endpoint: `${authorityOf(request, source)}/${tenant}/oauth2/v2.0/token`,
    form: { grant_type: "client_credentials", client_id: clientId, scope: scopeOf(resource), ...proof },
    source,
    registry,
    fix: `check AZURE_CLIENT_ID, AZURE_TENANT_ID and ${source}: the proof may have ended, or be of another application`,
    now,
    signal,
  });
  return { token, source };
}

/** An application and its secret: AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET. */
export const clientSecret: EntraSource = async (request) => {
  const secret = request.env["AZURE_CLIENT_SECRET"];
  if (secret) return clientToken(request, "AZURE_CLIENT_SECRET", { client_secret: secret });
  // Going on would sign in as somebody else than was meant.
  if (request.env["AZURE_CLIENT_CERTIFICATE_PATH"])
    throw wrong(
      request,
      "AZURE_CLIENT_CERTIFICATE_PATH",
      "certificates are not read",
      "set AZURE_CLIENT_SECRET, or pass a getToken of your own that uses the certificate",
    );
  return undefined;
};

async function readAssertion(path: string): Promise<string> {
  if ((await stat(path)).size > ASSERTION_BYTES) throw new Error("too long");
  return (await readFile(path, "utf8")).trim();
}

/** A workload with an identity of its own, such as a pod: AZURE_FEDERATED_TOKEN_FILE, which is written anew all the time. */
export const workloadIdentity: EntraSource = async (request) => {
  const path = request.env["AZURE_FEDERATED_TOKEN_FILE"];
  if (!path) return undefined;
  const source = "AZURE_FEDERATED_TOKEN_FILE";
  const assertion = await readAssertion(path).catch(() => "");
  if (assertion === "")
    throw wrong(
      request,
      source,
      "the file that it names cannot be read, or holds no token",
      "check the file",
    );
  return clientToken(request, source, { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion });
};
