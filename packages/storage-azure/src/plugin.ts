import { BaleError, type BlobContribution, type BlobDriver, type Plugin } from "@bale/spec";
import { type AzureConfig, azureConfig } from "./config.js";
import type { AzureStore } from "./driver.js";
import { describeStore, trustOf } from "./trust.js";

function contribution(): BlobContribution<AzureConfig> {
  // Markers lie beside the blobs, where a driver's listing does not show them: who opened it asks its client.
  const opened = new WeakMap<BlobDriver, AzureStore>();
  return {
    scheme: "azure",
    config: azureConfig,
    open: async (config, context) => {
      const { openAzure } = await import("./driver.js");
      const store = openAzure(config, context);
      opened.set(store.driver, store);
      return store.driver;
    },
    trust: trustOf,
    describe: describeStore,
    markUser: async (driver, user) => (await import("./marker.js")).markUser(driver, user),
    listUsers: (driver, call) => {
      const store = opened.get(driver);
      if (store) return store.listUsers(call);
      throw new BaleError({ code: "INTERNAL", message: "a plugin was handed a driver that it did not open" });
    },
  };
}

/**
 * Blobs of a bundle in Azure Blob Storage.
 *
 * @example
 * host.use(storageAzure());
 * const driver = await host.openStore({ type: "azure", account: "acme", container: "models", prefix: "bales" });
 */
export function storageAzure(): Plugin {
  return { specVersion: 1, name: "@bale/storage-azure", blobs: [contribution()] };
}
