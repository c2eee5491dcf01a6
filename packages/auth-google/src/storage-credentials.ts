import { registryCredentials } from "@bale/auth";
import type { CredentialProvider } from "@bale/spec";
import { findToken, type GoogleOptions, noIdentity, STORAGE_SOURCES } from "./find-token.js";
import { isGoogleStorage } from "./google-host.js";

/**
 * Access tokens for Google Cloud Storage, each for up to an hour. Nothing is answered for other hosts, nor for reading where no
 * credentials are configured: a bucket may be public.
 * `resolve` @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `INTERRUPTED`
 */
export function googleStorageCredentials(options: GoogleOptions): CredentialProvider {
  return registryCredentials({
    id: "google-storage",
    serves: isGoogleStorage,
    mayBePublic: () => true,
    missing: noIdentity,
    now: options.now,
    obtain: async (host, { signal }) => {
      const found = await findToken(host, STORAGE_SOURCES, options, signal);
      return found && { kind: "bearer", ...found };
    },
  });
}
