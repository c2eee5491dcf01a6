import type { BlobContribution, Plugin } from "@bale/spec";
import { type GcsConfig, gcsConfig } from "./config.js";
import { describeStore, trustOf } from "./trust.js";

const contribution: BlobContribution<GcsConfig> = {
  scheme: "gcs",
  config: gcsConfig,
  open: async (config, context) => (await import("./driver.js")).gcsDriver(config, context),
  trust: trustOf,
  describe: describeStore,
  markUser: async (driver, user) => (await import("./marker.js")).markUser(driver, user),
};

/**
 * Blobs of a bundle in Google Cloud Storage.
 *
 * @example
 * host.use(storageGcs());
 * const driver = await host.openStore({ type: "gcs", bucket: "acme-models", prefix: "bales" });
 */
export function storageGcs(): Plugin {
  return { specVersion: 1, name: "@bale/storage-gcs", blobs: [contribution] };
}
