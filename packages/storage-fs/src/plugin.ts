import type { BlobContribution, Plugin } from "@bale/spec";
import { type FsConfig, fsConfig } from "./config.js";
import { fsDriver } from "./driver.js";
import { listUsers, markUser } from "./marker.js";
import { describeStore, trustOf } from "./trust.js";

const contribution: BlobContribution<FsConfig> = {
  scheme: "fs",
  config: fsConfig,
  open: async (config) => fsDriver(config),
  trust: trustOf,
  describe: describeStore,
  markUser,
  listUsers,
};

/**
 * Blobs of a bundle in a directory: a mounted share, or a disk of this machine.
 *
 * @example
 * host.use(storageFs());
 * const driver = await host.openStore({ type: "fs", path: "/mnt/models", prefix: "acme" });
 */
export function storageFs(): Plugin {
  return { specVersion: 1, name: "@bale/storage-fs", blobs: [contribution] };
}
