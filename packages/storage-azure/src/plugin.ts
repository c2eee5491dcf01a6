import type { BlobContribution, Plugin } from "@bale/spec";
import { type AzureConfig, azureConfig } from "./config.js";
import { describeStore, trustOf } from "./trust.js";

const contribution: BlobContribution<AzureConfig> = {
  scheme: "azure",
  config: azureConfig,
  open: async (config, context) => (await import("./driver.js")).azureDriver(config, context),
  trust: trustOf,
  describe: describeStore,
  markUser: async (driver, user) => (await import("./marker.js")).markUser(driver, user),
};

/**
 * Blobs of a bundle in Azure Blob Storage.
 *
 * @example
 * host.use(storageAzure());
 * const driver = await host.openStore({ type: "azure", account: "acme", container: "models", prefix: "bales" });
 */
export function storageAzure(): Plugin {
  return { specVersion: 1, name: "@bale/storage-azure", blobs: [contribution] };
}
