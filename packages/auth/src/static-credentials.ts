import type { CredentialProvider, Secret } from "@bale/spec";
import type { SourcedCredential } from "./sourced-credential.js";

export type StaticCredentialsOptions = {
  /** Scheme, host and port; the credential answers for these and no others. */
  readonly origins: string | readonly string[];
  /** Where the user gave it, for messages. Default `command line`. */
  readonly source?: string | undefined;
} & (
  | { readonly username: string; readonly password: Secret }
  | { readonly identityToken: Secret }
  | { readonly token: Secret }
);

function credentialOf(options: StaticCredentialsOptions, source: string): SourcedCredential {
  if ("username" in options)
    return { kind: "basic", username: options.username, password: options.password, source };
  if ("identityToken" in options) return { kind: "identity-token", token: options.identityToken, source };
  return { kind: "bearer", token: options.token, source };
}

/** One credential for named origins: what the user gave on the command line or in a program. */
export function staticCredentials(options: StaticCredentialsOptions): CredentialProvider {
  const list = typeof options.origins === "string" ? [options.origins] : options.origins;
  const origins = new Set(list.map((origin) => new URL(origin).origin));
  const credential = credentialOf(options, options.source ?? "command line");
  return {
    id: "static",
    resolve: async ({ origin }) => (origins.has(origin) ? credential : undefined),
  };
}
