import { createPluginHost } from "@bale/plugin-host";
import { BaleError, type BlobDriver, type BlobLocator } from "@bale/spec";
import { chaosLayer, memoryDriver, readOnlyLayer, retryLayer } from "@bale/storage";
import { describe, it } from "vitest";
import { blobDriverConformance } from "../src/index.js";

/** A driver as a plugin opened it, behind the watch of the host. */
async function watched(driver: BlobDriver): Promise<BlobDriver> {
  const host = createPluginHost({
    env: {},
    http: {
      request: async () => {
        throw new BaleError({ code: "OFFLINE", message: "the test has no network" });
      },
      [Symbol.asyncDispose]: async () => {},
    },
    log: () => {},
  });
  host.use({
    specVersion: 1,
    name: "memory",
    blobs: [
      {
        scheme: "memory",
        config: { parse: (value: unknown) => ({ ok: true, value }) },
        open: async () => driver,
        trust: () => ({ kind: "public", line: "memory:" }),
        describe: () => ({}),
      },
    ],
  });
  return host.openStore({ type: "memory" });
}

describe("the memory driver as a plugin's", () => {
  blobDriverConformance({ describe, it }, async () => {
    const blobs = new Map<BlobLocator, Uint8Array>();
    return {
      open: () => watched(memoryDriver({ blobs })),
      openMissing: () => watched(memoryDriver()),
      openReadOnly: () => watched(readOnlyLayer()(memoryDriver({ blobs }))),
      [Symbol.asyncDispose]: async () => {},
    };
  });
});

describe("the memory driver as a plugin's, below layers", () => {
  blobDriverConformance({ describe, it }, async () => {
    const blobs = new Map<BlobLocator, Uint8Array>();
    const layers = (driver: BlobDriver): BlobDriver =>
      retryLayer({ sleep: async () => {} })(chaosLayer({ random: () => 0 })(driver));
    return {
      open: async () => layers(await watched(memoryDriver({ blobs }))),
      [Symbol.asyncDispose]: async () => {},
    };
  });
});
