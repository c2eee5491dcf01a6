import { type NoConfig, noConfig } from "@bale/auth";
import type { CredentialContribution, Plugin } from "@bale/spec";
import { type AcrCredentialsOptions, acrCredentials } from "./acr-credentials.js";

export type AuthAzureOptions = Pick<AcrCredentialsOptions, "getToken" | "metadataHost">;

/** As in the member `bale` of package.json: bale asks for no other hosts. */
const HOSTS: readonly string[] = ["*.azurecr.io", "*.azurecr.cn", "*.azurecr.us"];

function contribution(options: AuthAzureOptions): CredentialContribution<NoConfig> {
  return {
    id: "acr",
    hosts: HOSTS,
    config: noConfig,
    open: async (_config, { env, http, log }) => acrCredentials({ ...options, env, http, log }),
  };
}

/**
 * Sign-in to Azure Container Registry.
 *
 * @example
 * host.use(authAzure());
 * const provider = await host.openCredentials("acr", undefined);
 */
export function authAzure(options: AuthAzureOptions = {}): Plugin {
  return {
    specVersion: 1,
    name: "@bale/auth-azure",
    credentials: [contribution(options) as CredentialContribution],
  };
}
