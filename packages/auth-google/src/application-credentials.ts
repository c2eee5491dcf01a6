import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fetchOauthToken } from "@bale/auth";
import { type CredentialsFile, parseCredentialsFile } from "./credentials-file.js";
import { type GoogleRequest, type GoogleSource, type GoogleToken, unusable } from "./google-token.js";
import { signAssertion } from "./sign-assertion.js";
import { parseTokenUri } from "./token-uri.js";

const VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
const FILE_BYTES = 256 * 1024;
// Registries have no scope of their own; what the account may do is decided by its roles.
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

async function read(path: string): Promise<CredentialsFile | string> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES) return `it has more than ${FILE_BYTES} bytes`;
    text = await readFile(path, "utf8");
  } catch {
    return "it cannot be read";
  }
  return parseCredentialsFile(text);
}

function formOf(
  file: CredentialsFile,
  request: GoogleRequest,
  source: string,
  audience: string,
): Record<string, string> {
  if (file.type === "authorized_user")
    return {
      grant_type: "refresh_token",
      client_id: file.clientId,
      client_secret: file.clientSecret,
      refresh_token: file.refreshToken,
    };
  const assertion = signAssertion({ account: file, audience, scope: SCOPE, now: request.now() });
  if (assertion === undefined)
    throw unusable(
      request,
      source,
      "its private_key is no RSA key",
      "make a new key for the service account",
    );
  return { grant_type: JWT_BEARER, assertion };
}

async function fileToken(request: GoogleRequest, path: string, source: string): Promise<GoogleToken> {
  const { http, now, registry, signal } = request;
  const file = await read(path);
  if (typeof file === "string")
    throw unusable(
      request,
      source,
      `the file that it names cannot be used: ${file}`,
      "name the key file of a service account, or unset it to use the metadata service or gcloud",
    );
  const endpoint = parseTokenUri(file.tokenUri, request.tokenHosts);
  if (endpoint === undefined)
    throw unusable(
      request,
      source,
      "the token_uri in its file is not at googleapis.com",
      "check where the file came from; nothing was sent",
    );
  const { token, expiresAt } = await fetchOauthToken({
    http,
    endpoint,
    form: formOf(file, request, source, endpoint),
    source,
    registry,
    fix:
      file.type === "service_account"
        ? "check that the account and its key still exist, and that this machine's clock is right"
        : "run `gcloud auth application-default login`",
    now,
    signal,
  });
  return { token, expiresAt, source };
}

/** The file that GOOGLE_APPLICATION_CREDENTIALS names: the key of a service account, or what a user signed in with. */
export const applicationCredentials: GoogleSource = async (request) => {
  const path = request.env[VARIABLE];
  return path ? fileToken(request, path, VARIABLE) : undefined;
};

/** Where `gcloud auth application-default login` leaves its file; `undefined` where the environment does not say. */
function gcloudFile({ env }: GoogleRequest): string | undefined {
  const home = env["HOME"];
  const folder =
    env["CLOUDSDK_CONFIG"] ||
    (env["APPDATA"] ? join(env["APPDATA"], "gcloud") : home ? join(home, ".config", "gcloud") : undefined);
  return folder && join(folder, "application_default_credentials.json");
}

/** What somebody signed in with for all applications of this user. Nothing where nobody has. */
export const userCredentials: GoogleSource = async (request) => {
  const path = gcloudFile(request);
  const isThere = path !== undefined && (await stat(path).catch(() => undefined)) !== undefined;
  return isThere ? fileToken(request, path, "gcloud's application default credentials") : undefined;
};
