import { type CredentialProvider, secret } from "@bale/spec";
import type { SourcedCredential } from "./sourced-credential.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentCredentialsOptions {
  /**
   * Origins for which BALE_USERNAME, BALE_PASSWORD and BALE_TOKEN are meant: the registry that the user named on the command line.
   * Without any, the general variables are used for nothing: a bundle can lead to other hosts, which must not get them.
   */
  readonly forOrigins?: readonly string[] | undefined;
}

/** What stands for a host in the name of a variable: `ghcr.io` is `GHCR_IO`, `localhost:5000` is `LOCALHOST_5000`. */
export function environmentSuffix(host: string): string {
  return host.toUpperCase().replace(/[^A-Z0-9]/g, "_");
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
  return {
    id: "environment",
    resolve: async ({ origin }) => {
      const own = read(env, `_${environmentSuffix(new URL(origin).host)}`);
      return own ?? (general.has(origin) ? read(env, "") : undefined);
    },
  };
}
