import { randomBytes } from "node:crypto";
import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import type { BlobDriver } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher, readOnlyLayer } from "@bale/storage";
import { serviceOrSkip, startAzureStore } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AzureDriverOptions, type AzureStore, openAzure } from "../src/driver.js";
import { markUser } from "../src/marker.js";
import { configOf, contextOf } from "../src/store.testing.js";

describe.skipIf(!serviceOrSkip("azurite"))("Azure's service as azurite has it", () => {
  let store: Awaited<ReturnType<typeof startAzureStore>>;
  const http = createHttpClient();
  let containers = 0;
  beforeAll(async () => {
    store = await startAzureStore();
  });
  afterAll(async () => {
    await http[Symbol.asyncDispose]();
    await store?.[Symbol.asyncDispose]();
  });

  const openStore = (container: string, options: AzureDriverOptions, prefix?: string): AzureStore => {
    const { account, accountKey, endpoint } = store;
    const env = {
      AZURE_STORAGE_ACCOUNT: account,
      AZURE_STORAGE_KEY: accountKey,
      AZURE_STORAGE_SERVICE_ENDPOINT: endpoint,
    };
    const config = configOf({ type: "azure", account, container, prefix, endpoint });
    return openAzure(config, contextOf(http, { env }), options);
  };
  const open = (...store: Parameters<typeof openStore>): BlobDriver => openStore(...store).driver;
  const harnessWith = (options: AzureDriverOptions, prefix?: string) => async (): Promise<BlobHarness> => {
    const container = `models-${++containers}`;
    await store.createContainer(container);
    return {
      open: async () => open(container, options, prefix),
      openMissing: async () => open("nowhere", options, prefix),
      openReadOnly: async () => readOnlyLayer()(open(container, options, prefix)),
      [Symbol.asyncDispose]: async () => {},
    };
  };

  describe("with one request for each blob", () => {
    blobDriverConformance({ describe, it }, harnessWith({}));
  });
  describe("with blocks", () => {
    blobDriverConformance(
      { describe, it },
      harnessWith({ wholeBytes: 1000, blockBytes: 30_000, segmentBytes: 70_000 }, "team/v1.2"),
    );
  });

  it("knows the repositories that left markers, and lists no marker as a blob", async () => {
    const container = `models-${++containers}`;
    await store.createContainer(container);
    const { driver, listUsers } = openStore(container, {}, "team/v1.2");
    const users = Array.from({ length: 12 }, (_, index) => `ghcr.io/acme/app-${index}`);
    for (const user of [...users, ...users]) await markUser(driver, user);
    const found: string[] = [];
    for await (const user of listUsers()) found.push(user);
    expect(found.sort()).toEqual(users.sort());
    for await (const blob of driver.listing?.list() ?? []) expect(blob).toBeUndefined();
  });

  it("keeps the blocks of a run that failed, and gives up no connection that breaks under one", async () => {
    const container = `models-${++containers}`;
    await store.createContainer(container);
    const driver = open(container, { wholeBytes: 1000, blockBytes: 30_000 });
    const bytes = randomBytes(200_000);
    const digest = nodeHasher.digest(bytes);
    const blob = { digest, size: bytes.length };
    const blocks = { method: "PUT", target: /comp=block&/ } as const;
    store.setRules([{ fault: "status", status: 403, skip: 4, times: Number.POSITIVE_INFINITY, ...blocks }]);
    const blobs = createBlobStore(driver, { hasher: nodeHasher, name: "big" });
    await expect(blobs.put(blob, bytesSource(bytes))).rejects.toMatchObject({ code: "STORE_DENIED" });
    store.setRules([
      { fault: "reset", at: "body", bytes: 10_000, ...blocks },
      { fault: "lostanswer", method: "PUT", target: /comp=blocklist/ },
    ]);
    const before = store.accessLog().length;
    // The answer to the commit was lost, so that whoever asks again finds the blob there.
    expect(await blobs.put(blob, bytesSource(bytes))).toBe("existed");
    store.setRules([]);
    const sent = store.accessLog().slice(before);
    const puts = sent.filter(({ method, query }) => method === "PUT" && query.includes("comp=block&"));
    // Of seven blocks one at least was there, and one was sent twice.
    expect(puts.length).toBeLessThan(8);
    const chunks: Uint8Array[] = [];
    for await (const chunk of blobs.get(blob)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });
});
