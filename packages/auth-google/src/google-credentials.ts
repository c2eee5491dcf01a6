import { registryCredentials } from "@bale/auth";
import type { CredentialProvider } from "@bale/spec";
import { findToken, type GoogleOptions, noIdentity, REGISTRY_SOURCES } from "./find-token.js";
import { isGoogleRegistry } from "./google-host.js";

export type GoogleCredentialsOptions = GoogleOptions;

/**
 * Access tokens for Google Artifact Registry and the gcr.io names, each for up to an hour. Nothing is answered for other hosts, nor
 * for a pull where no credentials are configured: a repository may be public.
 * `resolve` @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `INTERRUPTED`
 */
export function googleCredentials(options: GoogleCredentialsOptions): CredentialProvider {
  return registryCredentials({
    id: "google",
    serves: isGoogleRegistry,
    mayBePublic: () => true,
    missing: noIdentity,
    now: options.now,
    obtain: async (registry, { signal }) => {
      const found = await findToken(registry, REGISTRY_SOURCES, options, signal);
      if (!found) return undefined;
      const { expiresAt, source, token } = found;
      // The user name by which the registries know that the password is an access token.
      return { kind: "basic", username: "oauth2accesstoken", password: token, expiresAt, source };
    },
  });
}
