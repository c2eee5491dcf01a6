import type { BlobDriver, BlobLocator, ByteSource } from "@bale/spec";
import {
  type BlobLayer,
  chaosLayer,
  limitLayer,
  logLayer,
  memoryDriver,
  readOnlyLayer,
  retryLayer,
} from "@bale/storage";
import { describe, it } from "vitest";
import { type BlobHarness, blobDriverConformance } from "../src/index.js";

/** Breaks one write half-way, as a backend would: below all layers. */
function fragile(driver: BlobDriver, failure: { afterBytes: number | undefined }): BlobDriver {
  const broken = (source: ByteSource, after: number): ByteSource => ({
    size: source.size,
    open: async function* (options) {
      let sent = 0;
      for await (const chunk of source.open(options)) {
        if (sent >= after) throw Object.assign(new Error("connection reset"), { unavailable: true });
        sent += chunk.length;
        yield chunk;
      }
    },
  });
  return {
    ...driver,
    write: async (locator, source, options) => {
      const { afterBytes } = failure;
      failure.afterBytes = undefined;
      return driver.write(locator, afterBytes === undefined ? source : broken(source, afterBytes), options);
    },
    classify: (cause) =>
      cause instanceof Error && "unavailable" in cause
        ? { kind: "unavailable", retry: { kind: "safe" } }
        : driver.classify(cause),
  };
}

function harnessOf(layer: BlobLayer, verifiesDigest: boolean): () => Promise<BlobHarness> {
  return async () => {
    const blobs = new Map<BlobLocator, Uint8Array>();
    const failure: { afterBytes: number | undefined } = { afterBytes: undefined };
    const open = async (): Promise<BlobDriver> =>
      layer(fragile(memoryDriver({ blobs, verifiesDigest }), failure));
    return {
      open,
      openMissing: async () => layer(memoryDriver()),
      openReadOnly: async () => layer(readOnlyLayer()(memoryDriver({ blobs }))),
      failAfter: async (bytes) => {
        failure.afterBytes = bytes;
      },
      [Symbol.asyncDispose]: async () => {},
    };
  };
}

const layers: Readonly<Record<string, BlobLayer>> = {
  "no layer": (inner) => inner,
  "the retry layer": retryLayer({ sleep: async () => {} }),
  "the limit layer with one place": limitLayer({ concurrency: 1 }),
  "the limit layer": limitLayer(),
  "the log layer": logLayer({ record: () => {} }),
  "the chaos layer without chaos": chaosLayer({ random: () => 0 }),
  "all layers": (inner) =>
    retryLayer({ sleep: async () => {} })(
      limitLayer({ concurrency: 4 })(logLayer({ record: () => {} })(inner)),
    ),
};

for (const [name, layer] of Object.entries(layers))
  describe(`the memory driver with ${name}`, () => {
    blobDriverConformance({ describe, it }, harnessOf(layer, false));
  });

describe("the memory driver that checks digests", () => {
  blobDriverConformance(
    { describe, it },
    harnessOf((inner) => inner, true),
  );
});
