import { type NoConfig, noConfig } from "@bale/auth";
import type { CredentialContribution, Plugin } from "@bale/spec";
import { acrCredentials } from "./acr-credentials.js";
import type { EntraOptions } from "./find-token.js";
import { azureStorageCredentials } from "./storage-credentials.js";

export type AuthAzureOptions = Pick<EntraOptions, "getToken" | "metadataHost">;

/** As in the member `bale` of package.json: bale asks for no other hosts. */
const REGISTRY_HOSTS: readonly string[] = ["*.azurecr.io", "*.azurecr.cn", "*.azurecr.us"];
const STORAGE_HOSTS: readonly string[] = [
  "*.blob.core.windows.net",
  "*.blob.core.chinacloudapi.cn",
  "*.blob.core.usgovcloudapi.net",
];

function contributions(options: AuthAzureOptions): readonly CredentialContribution<NoConfig>[] {
  return [
    {
      id: "acr",
      hosts: REGISTRY_HOSTS,
      config: noConfig,
      open: async (_config, { env, http, log }) => acrCredentials({ ...options, env, http, log }),
    },
    {
      id: "azure-storage",
      hosts: STORAGE_HOSTS,
      config: noConfig,
      open: async (_config, { env, http, log }) => azureStorageCredentials({ ...options, env, http, log }),
    },
  ];
}

/**
 * Sign-in to Azure Container Registry and Azure Blob Storage.
 *
 * @example
 * host.use(authAzure());
 * const provider = await host.openCredentials("acr", undefined);
 */
export function authAzure(options: AuthAzureOptions = {}): Plugin {
  return {
    specVersion: 1,
    name: "@bale/auth-azure",
    credentials: contributions(options) as readonly CredentialContribution[],
  };
}
