import { BaleError, type BlobContribution, type BlobDriver, type Plugin } from "@bale/spec";
import { type S3Config, s3Config } from "./config.js";
import type { S3Store } from "./driver.js";
import type { StorageS3Options } from "./options.js";
import { describeStore, trustOf } from "./trust.js";

function contribution(options: StorageS3Options): BlobContribution<S3Config> {
  // Markers lie beside the blobs, where a driver's listing does not show them: who opened it asks its bucket.
  const opened = new WeakMap<BlobDriver, S3Store>();
  return {
    scheme: "s3",
    config: s3Config,
    open: async (config, context) => {
      const { openS3 } = await import("./driver.js");
      const store = openS3(config, context, options);
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
 * Blobs of a bundle in Amazon S3, or in a store that speaks its protocol.
 *
 * @example
 * host.use(storageS3());
 * const driver = await host.openStore({ type: "s3", bucket: "acme-bales", prefix: "blobs", region: "eu-west-1" });
 */
export function storageS3(options: StorageS3Options = {}): Plugin {
  return { specVersion: 1, name: "@bale/storage-s3", blobs: [contribution(options)] };
}
