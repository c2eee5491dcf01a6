import type { BlobContribution, Plugin } from "@bale/spec";
import { type S3Config, s3Config } from "./config.js";
import type { StorageS3Options } from "./options.js";
import { describeStore, trustOf } from "./trust.js";

function contribution(options: StorageS3Options): BlobContribution<S3Config> {
  return {
    scheme: "s3",
    config: s3Config,
    open: async (config, context) => (await import("./driver.js")).s3Driver(config, context, options),
    trust: trustOf,
    describe: describeStore,
    markUser: async (driver, user) => (await import("./marker.js")).markUser(driver, user),
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
