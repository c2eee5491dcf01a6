import { askMetadataService, isMetadataHost } from "@bale/auth";
import { secret } from "@bale/spec";
import { type GoogleSource, unusable } from "./google-token.js";

const SOURCE = "the metadata service";
const DEFAULT_HOST = "169.254.169.254";
const NAMES: readonly string[] = ["metadata.google.internal", "metadata"];
const PATH = "/computeMetadata/v1/instance/service-accounts/default/token";
const FLAVOR = "Google";

function parse(body: Uint8Array): { readonly token: string; readonly seconds: number } | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
  const { access_token: token, expires_in: seconds } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const isToken = typeof token === "string" && /^[\x21-\x7e]+$/.test(token);
  const isLife = typeof seconds === "number" && seconds > 0 && seconds <= 86_400;
  return isToken && isLife ? { token, seconds } : undefined;
}

/**
 * The service account of this machine, pod or function. Other clouds have a service at the same address: only one that calls itself
 * Google's counts.
 */
export const metadataToken: GoogleSource = async (request) => {
  const host = request.metadataHost ?? (request.env["GCE_METADATA_HOST"] || DEFAULT_HOST);
  if (!NAMES.includes(host) && !isMetadataHost(host))
    throw unusable(
      request,
      "GCE_METADATA_HOST",
      "it names no service of this machine",
      `unset it, or set it to ${DEFAULT_HOST}`,
    );
  const answer = await askMetadataService({
    url: new URL(`http://${host}${PATH}`),
    headers: { "metadata-flavor": FLAVOR },
    signal: request.signal,
  });
  if (answer.kind === "absent" || answer.headers["metadata-flavor"] !== FLAVOR) return undefined;
  const { status } = answer;
  // A machine without a service account.
  if (status === 404) return undefined;
  const found = status === 200 ? parse(answer.body) : undefined;
  if (found)
    return {
      token: secret(found.token),
      expiresAt: new Date(request.now() + found.seconds * 1000),
      source: SOURCE,
    };
  const isPassing = status === 200 || status === 429 || status >= 500;
  throw unusable(
    request,
    SOURCE,
    `it answered ${status} without a token`,
    isPassing ? "try again later" : "check the service account of this machine and its access scopes",
    isPassing ? "AUTH_SERVICE" : "AUTH_FAILED",
  );
};
