import { BaleError, type BlobContribution, type BlobDriver, type Plugin } from "@bale/spec";
import { type GcsConfig, gcsConfig } from "./config.js";
import type { GcsStore } from "./driver.js";
import { describeStore, trustOf } from "./trust.js";

function contribution(): BlobContribution<GcsConfig> {
  // Markers lie beside the blobs, where a driver's listing does not show them: who opened it asks its client.
  const opened = new WeakMap<BlobDriver, GcsStore>();
  return {
    scheme: "gcs",
    config: gcsConfig,
    open: async (config, context) => {
      const { openGcs } = await import("./driver.js");
      const store = openGcs(config, context);
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
 * Blobs of a bundle in Google Cloud Storage.
 *
 * @example
 * host.use(storageGcs());
 * const driver = await host.openStore({ type: "gcs", bucket: "acme-models", prefix: "bales" });
 */
export function storageGcs(): Plugin {
  return { specVersion: 1, name: "@bale/storage-gcs", blobs: [contribution()] };
}
