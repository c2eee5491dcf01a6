import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import type { BlobDriver } from "@bale/spec";
import { readOnlyLayer } from "@bale/storage";
import { serviceOrSkip, startGcsStore } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GcsDriverOptions, type GcsStore, openGcs } from "../src/driver.js";
import { markUser } from "../src/marker.js";
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

  const openStore = (bucket: string, options: GcsDriverOptions, prefix?: string): GcsStore =>
    openGcs(configOf({ type: "gcs", bucket, prefix, endpoint: store.endpoint }), contextOf(http), options);
  const open = (...store: Parameters<typeof openStore>): BlobDriver => openStore(...store).driver;
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

  it("knows the repositories that left markers, and lists no marker as a blob", async () => {
    const bucket = `models-${++buckets}`;
    await store.createBucket(bucket);
    const { driver, listUsers } = openStore(bucket, {}, "team/v1.2");
    const users = Array.from({ length: 12 }, (_, index) => `ghcr.io/acme/app-${index}`);
    for (const user of [...users, ...users]) await markUser(driver, user);
    const found: string[] = [];
    for await (const user of listUsers()) found.push(user);
    expect(found.sort()).toEqual(users.sort());
    for await (const blob of driver.listing?.list() ?? []) expect(blob).toBeUndefined();
  });
});
