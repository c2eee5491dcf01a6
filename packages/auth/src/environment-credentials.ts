import { type CredentialProvider, secret } from "@bale/spec";
import type { SourcedCredential } from "./sourced-credential.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentCredentialsOptions {
  /**
   * Origins for which BALE_USERNAME, BALE_PASSWORD and BALE_TOKEN are meant: the registry that the user named on the command line.
   * Without any, the general variables are used for nothing: a bundle can lead to other hosts, which must not get them.
   */
  readonly forOrigins?: readonly string[] | undefined;
  /** Told once for a host whose variables were written with one underscore for a hyphen. */
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * What stands for a host in the name of a variable: `ghcr.io` is `GHCR_IO`, `localhost:5000` is `LOCALHOST_5000`, and `my-host.example` is
 * `MY__HOST_EXAMPLE`. A hyphen is two underscores, for `registry-example.com` may belong to somebody else than `registry.example.com`. No two
 * hosts have one suffix: no part of a name begins or ends with a hyphen, and no name but an address ends with a number.
 */
export function environmentSuffix(host: string): string {
  return host
    .toUpperCase()
    .replaceAll("-", "__")
    .replace(/[^A-Z0-9_]/g, "_");
}

/** A variable that was probably meant for a host with a hyphen, and is another host's. */
function nearMiss(env: Environment, host: string): string | undefined {
  const near = host.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  if (near === environmentSuffix(host)) return undefined;
  return env[`BALE_PASSWORD_${near}`] || env[`BALE_TOKEN_${near}`] ? near : undefined;
}

function read(env: Environment, suffix: string): SourcedCredential | undefined {
  const value = (name: string): string | undefined => env[`BALE_${name}${suffix}`] || undefined;
  const username = value("USERNAME");
  const password = value("PASSWORD");
  const token = value("TOKEN");
  const named = (name: string): string => `BALE_${name}${suffix}`;
  if (username !== undefined && password !== undefined)
    return { kind: "basic", username, password: secret(password), source: named("PASSWORD") };
  // Many services take a token in place of a password, with a user name beside it.
  if (username !== undefined && token !== undefined)
    return { kind: "basic", username, password: secret(token), source: named("TOKEN") };
  if (token !== undefined) return { kind: "bearer", token: secret(token), source: named("TOKEN") };
  return undefined;
}

/**
 * Credentials from `BALE_USERNAME` with `BALE_PASSWORD` or `BALE_TOKEN`, or from `BALE_TOKEN` alone, which is then sent as it is.
 * With a host's name behind an underscore (`BALE_PASSWORD_GHCR_IO`) they are for that host alone, and come first.
 */
export function environmentCredentials(
  env: Environment,
  options: EnvironmentCredentialsOptions = {},
): CredentialProvider {
  const general = new Set((options.forOrigins ?? []).map((origin) => new URL(origin).origin));
  const warned = new Set<string>();
  const warnOf = (host: string): void => {
    const near = warned.has(host) ? undefined : nearMiss(env, host);
    if (near === undefined) return;
    warned.add(host);
    const name = env[`BALE_PASSWORD_${near}`] ? "BALE_PASSWORD" : "BALE_TOKEN";
    options.warn?.(
      `${name}_${near} is not used for ${host}: a hyphen of a host is two underscores, ${name}_${environmentSuffix(host)}`,
    );
  };
  return {
    id: "environment",
    resolve: async ({ origin }) => {
      const { host } = new URL(origin);
      const own = read(env, `_${environmentSuffix(host)}`);
      if (!own) warnOf(host);
      return own ?? (general.has(origin) ? read(env, "") : undefined);
    },
  };
}
