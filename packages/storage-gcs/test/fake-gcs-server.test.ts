import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import type { BlobDriver } from "@bale/spec";
import { readOnlyLayer } from "@bale/storage";
import { serviceOrSkip, startGcsStore } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type GcsDriverOptions, openGcs } from "../src/driver.js";
import { configOf, contextOf } from "../src/store.testing.js";

describe.skipIf(!serviceOrSkip("fake-gcs-server"))("Cloud Storage as fake-gcs-server has it", () => {
  let store: Awaited<ReturnType<typeof startGcsStore>>;
  const http = createHttpClient();
  let buckets = 0;
  beforeAll(async () => {
    store = await startGcsStore();
  });
  afterAll(async () => {
    await http[Symbol.asyncDispose]();
    await store?.[Symbol.asyncDispose]();
  });

  const open = (bucket: string, options: GcsDriverOptions, prefix?: string): BlobDriver =>
    openGcs(configOf({ type: "gcs", bucket, prefix, endpoint: store.endpoint }), contextOf(http), options)
      .driver;
  const harnessWith = (options: GcsDriverOptions, prefix?: string) => async (): Promise<BlobHarness> => {
    const bucket = `models-${++buckets}`;
    await store.createBucket(bucket);
    return {
      open: async () => open(bucket, options, prefix),
      openMissing: async () => open("nowhere", options, prefix),
      openReadOnly: async () => readOnlyLayer()(open(bucket, options, prefix)),
      [Symbol.asyncDispose]: async () => {},
    };
  };

  describe("with one request for each blob", () => {
    blobDriverConformance({ describe, it }, harnessWith({}));
  });
  describe("with sessions", () => {
    blobDriverConformance(
      { describe, it },
      harnessWith({ wholeBytes: 1000, segmentBytes: 70_000 }, "team/v1.2"),
    );
  });
});
