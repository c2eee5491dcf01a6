import { BaleError, type Credential, type CredentialProvider, LIMITS, secret } from "@bale/spec";
import { readNamedFile } from "./read-named-file.js";

type Members = Readonly<Record<string, unknown>>;

// Docker Hub is kept under this key, whatever name was used (docker/cli, `config/configfile`).
const HUB_KEY = "https://index.docker.io/v1/";
const HUB_HOST = "registry-1.docker.io";

function members(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function readConfig(file: string): Members {
  const bytes = readNamedFile(file);
  try {
    if (bytes.length <= LIMITS.configBytes) return members(JSON.parse(bytes.toString("utf8")));
  } catch {
    // The parser's message may quote a secret, so that it is not passed on.
  }
  throw new BaleError({
    code: "CONFIG_INVALID",
    message: `${file} is no JSON of credentials`,
    context: { path: file },
  });
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").split("/")[0] ?? "";
}

/** Whether a key names the host itself, or a part of it such as `quay.io/acme`; longer keys are nearer. */
function keysFor(entries: Members, host: string, repository: string | undefined): string[] {
  const wanted = `${host}/${repository ?? ""}/`;
  return Object.keys(entries)
    .filter((key) => {
      if (key === HUB_KEY) return host === HUB_HOST;
      const name = key.replace(/^https?:\/\//, "").replace(/\/(?:v1|v2)?\/?$/, "");
      return hostOf(key) === host && `${wanted}`.startsWith(`${name}/`);
    })
    .sort((a, b) => b.length - a.length);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function credentialOf(entry: Members, file: string, host: string): Credential | undefined {
  const identity = text(entry["identitytoken"]);
  if (identity !== undefined) return { kind: "identity-token", token: secret(identity) };
  const bearer = text(entry["registrytoken"]);
  if (bearer !== undefined) return { kind: "bearer", token: secret(bearer) };
  const username = text(entry["username"]);
  const password = text(entry["password"]);
  if (username !== undefined && password !== undefined)
    return { kind: "basic", username, password: secret(password) };
  const auth = text(entry["auth"]);
  if (auth === undefined) return undefined;
  const decoded = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
  const colon = decoded.indexOf(":");
  if (colon <= 0)
    throw new BaleError({
      code: "CONFIG_INVALID",
      message: `the credentials for ${host} in ${file} cannot be read`,
      context: { path: file },
    });
  return { kind: "basic", username: decoded.slice(0, colon), password: secret(decoded.slice(colon + 1)) };
}

function refuseHelper(config: Members, host: string, file: string): void {
  const helper = text(members(config["credHelpers"])[host]) ?? text(config["credsStore"]);
  if (helper === undefined) return;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `the credentials for ${host} are kept by the helper ${helper}`,
    why: `${file} names it, and this version runs no credential helpers`,
    fix: "give the credentials as BALE_USERNAME and BALE_PASSWORD, or with --username and --password-stdin",
    context: { path: file, host },
  });
}

/** Credentials in a file in Docker's form, which the user named. It is read at the first question. */
export function registryConfigCredentials(file: string): CredentialProvider {
  let config: Members | undefined;
  return {
    id: file,
    resolve: async ({ origin, repository }) => {
      config ??= readConfig(file);
      const { host } = new URL(origin);
      const entries = members(config["auths"]);
      for (const key of keysFor(entries, host, repository)) {
        const credential = credentialOf(members(entries[key]), file, host);
        if (credential) return credential;
      }
      refuseHelper(config, host, file);
      return undefined;
    },
  };
}
