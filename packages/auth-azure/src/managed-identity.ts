import { askMetadataService, isMetadataHost, type MetadataAnswer } from "@bale/auth";
import { BaleError, secret } from "@bale/spec";
import type { EntraRequest, EntraSource, EntraToken } from "./entra-token.js";

type Answered = MetadataAnswer & { readonly kind: "answered" };

function failed(
  request: EntraRequest,
  source: string,
  code: "AUTH_FAILED" | "AUTH_SERVICE",
  why: string,
): BaleError {
  return new BaleError({
    code,
    message: `no token for ${request.registry} from ${source}`,
    why,
    fix:
      code === "AUTH_FAILED"
        ? "give this machine or app a managed identity, and set AZURE_CLIENT_ID where it has several"
        : "try again later",
    context: { registry: request.registry, source },
  });
}

function address(base: URL, version: string, { env, resource }: EntraRequest): URL {
  const url = new URL(base);
  url.searchParams.set("api-version", version);
  url.searchParams.set("resource", resource);
  if (env["AZURE_CLIENT_ID"]) url.searchParams.set("client_id", env["AZURE_CLIENT_ID"]);
  return url;
}

function tokenOf(answer: Answered, source: string): EntraToken | undefined {
  if (answer.status !== 200) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(answer.body).toString("utf8"));
  } catch {
    return undefined;
  }
  const token = (body as Readonly<Record<string, unknown>> | null)?.["access_token"];
  return typeof token === "string" && token !== "" ? { token: secret(token), source } : undefined;
}

/** The identity of an app of App Service, Functions or Container Apps: IDENTITY_ENDPOINT and IDENTITY_HEADER. */
export const appIdentity: EntraSource = async (request) => {
  const { env, signal } = request;
  const endpoint = env["IDENTITY_ENDPOINT"];
  const header = env["IDENTITY_HEADER"];
  if (!endpoint || !header) return undefined;
  const source = "IDENTITY_ENDPOINT";
  const base = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // The header is a secret that only this machine's own service may get.
  if (base?.protocol !== "http:" || !isMetadataHost(base.host))
    throw failed(request, source, "AUTH_FAILED", "it is no address of a service on this machine");
  const answer = await askMetadataService({
    url: address(base, "2019-08-01", request),
    headers: { "x-identity-header": header },
    signal,
  });
  if (answer.kind === "absent") throw failed(request, source, "AUTH_SERVICE", "it does not answer");
  const token = tokenOf(answer, source);
  if (token) return token;
  const isPassing = answer.status === 429 || answer.status >= 500;
  throw failed(
    request,
    source,
    isPassing ? "AUTH_SERVICE" : "AUTH_FAILED",
    `it answered ${answer.status} without a token`,
  );
};

/**
 * The identity of a virtual machine or a pool of them. Other clouds have a service at the same address, which does not know the
 * question: only one that gives a token, or says of itself that it is Azure's, counts.
 */
export const machineIdentity: EntraSource = async (request) => {
  const source = "the managed identity of this machine";
  const answer = await askMetadataService({
    url: address(
      new URL(`http://${request.metadataHost}/metadata/identity/oauth2/token`),
      "2018-02-01",
      request,
    ),
    headers: { metadata: "true" },
    signal: request.signal,
  });
  if (answer.kind === "absent") return undefined;
  const token = tokenOf(answer, source);
  if (token) return token;
  const isAzure = String(answer.headers["server"] ?? "").startsWith("IMDS");
  if (isAzure && (answer.status === 429 || answer.status >= 500))
    throw failed(request, source, "AUTH_SERVICE", `the metadata service answered ${answer.status}`);
  return undefined;
};
