import { BaleError, type CallOptions, type HttpClient, LIMITS, type Secret, secret } from "@bale/spec";
import { parseTokenAnswer } from "./token-answer.js";

export interface OauthTokenRequest extends CallOptions {
  readonly http: Pick<HttpClient, "request">;
  /** Checked before. */
  readonly endpoint: string;
  /** Members of the form (RFC 6749). */
  readonly form: Readonly<Record<string, string>>;
  /** Member of the answer that is wanted. Default `access_token`. */
  readonly member?: "access_token" | "refresh_token" | undefined;
  /** Where what is sent came from, in the words of a message: a variable's or file's name. */
  readonly source: string;
  /** What the token is for. */
  readonly registry: string;
  /** What to do when the source is refused. */
  readonly fix: string;
  readonly now?: (() => number) | undefined;
}
export interface OauthToken {
  readonly token: Secret;
  /** A minute from now where the answer does not say. */
  readonly expiresAt: Date;
}

// RFC 6749 section 5.2: refusals are 400, or 401 for the client itself.
const REFUSED = [400, 401, 403];

/** The codes of a refusal: words that cannot hold a secret. The description is left out, for it may repeat what was sent. */
function codesOf(bytes: Uint8Array): string {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return "";
  }
  if (typeof answer !== "object" || answer === null) return "";
  const { error, error_description: description } = answer as Record<string, unknown>;
  const code = typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? error : undefined;
  // Microsoft's numbers, which its documentation explains.
  const number = typeof description === "string" ? /^AADSTS\d{1,10}/.exec(description)?.[0] : undefined;
  return [code, number].filter((part) => part !== undefined).join(", ");
}

/**
 * Asks the token endpoint of a cloud for one token (RFC 6749). Asking twice does no harm, so that it is tried again.
 * @throws BaleError `AUTH_FAILED` where the source is refused and `AUTH_SERVICE` otherwise, both naming it; `INTERRUPTED`
 */
export async function fetchOauthToken(input: OauthTokenRequest): Promise<OauthToken> {
  const { host } = new URL(input.endpoint);
  const context = { host, registry: input.registry, source: input.source };
  const service = (why: string, cause?: BaleError): BaleError =>
    new BaleError({
      code: "AUTH_SERVICE",
      message: `no token for ${input.registry} from ${host} with ${input.source}`,
      why,
      fix: "try again later, or check the network",
      context,
      ...(cause ? { retry: cause.retry } : {}),
      // What a server says beside its status may repeat what was sent.
      ...(cause && !("status" in cause.context) ? { cause } : {}),
    });
  let status: number;
  let bytes: Uint8Array;
  try {
    const answer = await input.http.request({
      method: "POST",
      url: input.endpoint,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new TextEncoder().encode(new URLSearchParams(input.form).toString()),
      idempotent: true,
      accept: [200, ...REFUSED],
      signal: input.signal,
    });
    status = answer.status;
    bytes = await answer.bytes(LIMITS.tokenBytes);
  } catch (error) {
    if (!BaleError.is(error) || error.code === "INTERRUPTED") throw error;
    throw service(error.message, error);
  }
  if (status !== 200) {
    const codes = codesOf(bytes);
    throw new BaleError({
      code: "AUTH_FAILED",
      message: `${host} did not accept ${input.source}`,
      why: `it answered ${status}${codes === "" ? "" : ` (${codes})`}, so that there is no token for ${input.registry}`,
      fix: input.fix,
      context,
    });
  }
  const token = parseTokenAnswer(bytes, [input.member ?? "access_token"]);
  if (typeof token === "string") throw service(token);
  const now = input.now ?? Date.now;
  return { token: secret(token.value), expiresAt: new Date(now() + token.lifeMs) };
}
