import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import type { BlobDriver, HttpClient } from "@bale/spec";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, it } from "vitest";
import { ociDriver } from "../src/driver.js";

let registry: TestRegistry;
let http: HttpClient;
let repositories = 0;
beforeAll(async () => {
  registry = await startTestRegistry();
  http = createHttpClient({ sleep: async () => undefined });
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});

async function makeHarness(): Promise<BlobHarness> {
  const repository = `acme/blobs-${++repositories}`;
  const open = async (name: string): Promise<BlobDriver> => {
    const config = { type: "oci", registry: registry.host, repository: name } as const;
    return ociDriver(config, { http, log: () => undefined }, { plainHttp: true });
  };
  return {
    open: () => open(repository),
    openMissing: () => open("acme/nowhere"),
    [Symbol.asyncDispose]: async () => {},
  };
}

blobDriverConformance({ describe, it }, makeHarness);
