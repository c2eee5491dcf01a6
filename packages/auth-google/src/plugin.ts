import { type NoConfig, noConfig } from "@bale/auth";
import type { CredentialContribution, Plugin } from "@bale/spec";
import { type GoogleCredentialsOptions, googleCredentials } from "./google-credentials.js";

export type AuthGoogleOptions = Pick<GoogleCredentialsOptions, "metadataHost" | "tokenHosts">;

/** As in the member `bale` of package.json: bale asks for no other hosts. */
const HOSTS: readonly string[] = ["*-docker.pkg.dev", "gcr.io", "*.gcr.io"];

function contribution(options: AuthGoogleOptions): CredentialContribution<NoConfig> {
  return {
    id: "google",
    hosts: HOSTS,
    config: noConfig,
    open: async (_config, { env, http, log }) => googleCredentials({ ...options, env, http, log }),
  };
}

/**
 * Sign-in to Google Artifact Registry.
 *
 * @example
 * host.use(authGoogle());
 * const provider = await host.openCredentials("google", undefined);
 */
export function authGoogle(options: AuthGoogleOptions = {}): Plugin {
  return {
    specVersion: 1,
    name: "@bale/auth-google",
    credentials: [contribution(options) as CredentialContribution],
  };
}
