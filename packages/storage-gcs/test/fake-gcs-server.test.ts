import { randomBytes } from "node:crypto";
import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import type { BlobDriver } from "@bale/spec";
import { type BlobStore, bytesSource, createBlobStore, nodeHasher, readOnlyLayer } from "@bale/storage";
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

  describe("with connections that break", () => {
    const bytes = randomBytes(600_000);
    const blob = { digest: nodeHasher.digest(bytes), size: bytes.length };
    const session = { method: "PUT", target: /upload_id=/ } as const;
    const openBlobs = async (): Promise<BlobStore> => {
      const bucket = `models-${++buckets}`;
      await store.createBucket(bucket);
      return createBlobStore(open(bucket, { wholeBytes: 1000 }), { hasher: nodeHasher, name: "big" });
    };

    it("finds out that an upload whose answer was lost has succeeded", async () => {
      const blobs = await openBlobs();
      store.setRules([{ fault: "lostanswer", ...session }]);
      expect(await blobs.put(blob, bytesSource(bytes))).toBe("existed");
      store.setRules([]);
      const chunks: Uint8Array[] = [];
      for await (const chunk of blobs.get(blob)) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    });

    // Google keeps what came, and says how much that is. This server takes it for all.
    it("leaves nothing of what a server took for the whole, and can write it then", async () => {
      const blobs = await openBlobs();
      store.setRules([{ fault: "reset", at: "body", bytes: 100_000, ...session }]);
      await expect(blobs.put(blob, bytesSource(bytes))).rejects.toMatchObject({ code: "STORE_CORRUPT" });
      store.setRules([]);
      expect(await blobs.has(blob)).toBe(false);
      expect(await blobs.put(blob, bytesSource(bytes))).toBe("created");
    });
  });
});
