import type { BlobContribution, Plugin } from "@bale/spec";
import { type FsConfig, fsConfig } from "./config.js";
import { fsDriver } from "./driver.js";
import { listUsers, markUser } from "./marker.js";

const contribution: BlobContribution<FsConfig> = {
  scheme: "fs",
  config: fsConfig,
  open: async (config) => fsDriver(config),
  // A bundle from elsewhere must never choose by itself which folders of this machine are read and written.
  trust: ({ path, prefix }) => ({
    kind: "needs-consent",
    line: `fs:${path}${prefix === undefined ? "" : `/${prefix}`}`,
  }),
  describe: ({ path, prefix }) => ({ path, ...(prefix === undefined ? {} : { prefix }) }),
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
