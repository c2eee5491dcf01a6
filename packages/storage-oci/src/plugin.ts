import type { RegistrySettings } from "@bale/oci";
import type { BlobContribution, Plugin } from "@bale/spec";
import { type OciConfig, ociConfig } from "./config.js";
import { ociDriver } from "./driver.js";
import { describeStore, trustOf } from "./trust.js";

export interface StorageOciOptions {
  /** What the user has set for a registry; the same function as for `@bale/oci`. */
  readonly settings?: ((registry: string, repository?: string) => RegistrySettings) | undefined;
}

function contribution(options: StorageOciOptions): BlobContribution<OciConfig> {
  return {
    scheme: "oci",
    config: ociConfig,
    open: async (config, context) =>
      ociDriver(config, context, options.settings?.(config.registry, config.repository)),
    trust: trustOf,
    describe: describeStore,
  };
}

/**
 * Blobs of a bundle in another repository, of the same or another registry.
 *
 * @example
 * host.use(storageOci());
 * const driver = await host.openStore({ type: "oci", registry: "ghcr.io", repository: "acme/blobs" });
 */
export function storageOci(options: StorageOciOptions = {}): Plugin {
  return { specVersion: 1, name: "@bale/storage-oci", blobs: [contribution(options)] };
}
