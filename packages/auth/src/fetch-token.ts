import { BaleError, type HttpClient, type HttpRequest, LIMITS } from "@bale/spec";
import { basicHeader } from "./basic-header.js";
import { describeCredential, type SourcedCredential } from "./sourced-credential.js";
import { parseTokenAnswer, type Token } from "./token-answer.js";

export interface TokenRequest {
  readonly http: Pick<HttpClient, "request">;
  /** Checked before. */
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: SourcedCredential;
  readonly registry: string;
  readonly signal?: AbortSignal | undefined;
}

const CLIENT_ID = "bale";

/** The form of OAuth 2.0 for identity tokens, a GET with Basic for passwords, and a GET without a header for nobody. */
function formRequest(input: TokenRequest): HttpRequest {
  const { credential, realm, scopes, service, signal } = input;
  if (credential.kind === "identity-token") {
    const form = new URLSearchParams({ grant_type: "refresh_token", client_id: CLIENT_ID });
    if (service !== undefined) form.set("service", service);
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    form.set("refresh_token", credential.token.reveal());
    return {
      method: "POST",
      url: realm.href,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new TextEncoder().encode(form.toString()),
      // Asking twice for a token does no harm.
      idempotent: true,
      signal,
    };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.append("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return {
    method: "GET",
    url: url.href,
    headers: {
      accept: "application/json",
      ...(credential.kind === "basic" ? { authorization: basicHeader(credential) } : {}),
    },
    signal,
  };
}

function explain(input: TokenRequest, error: BaleError): BaleError {
  const { host } = input.realm;
  const who = describeCredential(input.credential);
  const context = { ...error.context, registry: input.registry };
  const login = `run \`bale login ${input.registry}\`, or set BALE_USERNAME and BALE_PASSWORD`;
  if (error.code === "AUTH_FAILED")
    return new BaleError({
      code: "AUTH_FAILED",
      message:
        input.credential.kind === "anonymous"
          ? `${input.registry} wants credentials`
          : `${input.registry} did not accept the credentials of ${who}`,
      why: `its token service ${host} said no${error.why === undefined ? "" : `: ${error.why}`}`,
      fix: login,
      context,
      cause: error,
    });
  if (error.code === "DENIED")
    return new BaleError({
      code: "DENIED",
      message: `${input.registry} gives ${who} no access to ${input.scopes.join(" ") || "it"}`,
      why: `its token service ${host} said no${error.why === undefined ? "" : `: ${error.why}`}`,
      fix: login,
      context,
      cause: error,
    });
  return service(input, error.why ?? error.message, error);
}

function service(input: TokenRequest, why: string, cause?: BaleError): BaleError {
  return new BaleError({
    code: "AUTH_SERVICE",
    message: `no token for ${input.registry} from ${input.realm.host}`,
    why: cause && cause.message !== why ? `${cause.message}; ${why}` : why,
    // Whom to trust does not change with time: what helps there is what the connection's own error says.
    fix: (cause?.code === "TLS" ? cause.fix : undefined) ?? "try again later, or ask the registry's operator",
    context: { ...(cause?.context ?? {}), host: input.realm.host, registry: input.registry },
    ...(cause ? { retry: cause.retry, cause } : {}),
  });
}

/**
 * Asks a token service for one token.
 * @throws BaleError `AUTH_FAILED` and `DENIED` saying as whom, `AUTH_SERVICE` naming the service's host, `INTERRUPTED`
 */
export async function fetchToken(input: TokenRequest): Promise<Token> {
  let bytes: Uint8Array;
  try {
    const answer = await input.http.request({ ...formRequest(input), accept: [200] });
    bytes = await answer.bytes(LIMITS.tokenBytes);
  } catch (error) {
    if (!BaleError.is(error) || error.code === "INTERRUPTED") throw error;
    throw explain(input, error);
  }
  const token = parseTokenAnswer(bytes);
  if (typeof token === "string") throw service(input, token);
  return token;
}
