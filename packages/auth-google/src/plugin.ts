import { type NoConfig, noConfig } from "@bale/auth";
import type { CredentialContribution, Plugin } from "@bale/spec";
import type { GoogleOptions } from "./find-token.js";
import { googleCredentials } from "./google-credentials.js";
import { googleStorageCredentials } from "./storage-credentials.js";

export type AuthGoogleOptions = Pick<GoogleOptions, "metadataHost" | "tokenHosts">;

/** As in the member `bale` of package.json: bale asks for no other hosts. */
const REGISTRY_HOSTS: readonly string[] = ["*-docker.pkg.dev", "gcr.io", "*.gcr.io"];
const STORAGE_HOSTS: readonly string[] = ["storage.googleapis.com", "storage-*.p.googleapis.com"];

function contributions(options: AuthGoogleOptions): readonly CredentialContribution<NoConfig>[] {
  return [
    {
      id: "google",
      hosts: REGISTRY_HOSTS,
      config: noConfig,
      open: async (_config, { env, http, log }) => googleCredentials({ ...options, env, http, log }),
    },
    {
      id: "google-storage",
      hosts: STORAGE_HOSTS,
      config: noConfig,
      open: async (_config, { env, http, log }) => googleStorageCredentials({ ...options, env, http, log }),
    },
  ];
}

/**
 * Sign-in to Google Artifact Registry and Google Cloud Storage.
 *
 * @example
 * host.use(authGoogle());
 * const provider = await host.openCredentials("google", undefined);
 */
export function authGoogle(options: AuthGoogleOptions = {}): Plugin {
  return {
    specVersion: 1,
    name: "@bale/auth-google",
    credentials: contributions(options) as readonly CredentialContribution[],
  };
}
