import { createHash } from "node:crypto";
import { createHttpClient } from "@bale/http";
import {
  type ByteSource,
  type ConfigSchema,
  digestFromHex,
  type HttpClient,
  type PluginContext,
} from "@bale/spec";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classify } from "./classify.js";
import { storageOci } from "./plugin.js";

let registry: TestRegistry;
let http: HttpClient;
beforeAll(async () => {
  registry = await startTestRegistry();
  http = createHttpClient({ sleep: async () => undefined });
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});

async function open() {
  const [contribution] = storageOci({ settings: () => ({ plainHttp: true, chunkSize: 4_000 }) }).blobs ?? [];
  const context: PluginContext = {
    http,
    env: {},
    log: () => undefined,
    credentials: { id: "none", resolve: async () => undefined },
  };
  const parsed = (contribution?.config as ConfigSchema<unknown> | undefined)?.parse({
    type: "oci",
    registry: registry.host,
    repository: "acme/blobs",
  });
  if (!contribution || !parsed?.ok) throw new Error("no store");
  return contribution.open(parsed.value, context);
}

describe("the driver of another repository", () => {
  it("offers neither listing nor deletion, and keeps no markers: a registry could not answer", async () => {
    await using driver = await open();
    expect([driver.listing, driver.deletion, driver.uploads]).toEqual([undefined, undefined, undefined]);
    const [contribution] = storageOci().blobs ?? [];
    expect([contribution?.markUser, contribution?.listUsers]).toEqual([undefined, undefined]);
  });

  it("stores, finds and reads blobs there, by the settings of that registry", async () => {
    await using driver = await open();
    const content = Buffer.alloc(10_000, "blob ");
    const digest = digestFromHex(createHash("sha256").update(content).digest("hex"));
    const source: ByteSource = {
      size: content.length,
      open: async function* (options) {
        yield content.subarray(options?.range?.start, options?.range?.endExclusive);
      },
    };
    expect(await driver.stat(driver.locate(digest))).toBeUndefined();
    expect(await driver.write(driver.locate(digest), source, { digest })).toBe("created");
    expect(registry.store.blobs("acme/blobs")).toEqual([digest]);
    expect(await driver.stat(driver.locate(digest))).toMatchObject({ size: content.length });
    const chunks: Uint8Array[] = [];
    for await (const chunk of driver.read(driver.locate(digest), { range: { start: 5, endExclusive: 15 } }))
      chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("blob blob ");
    expect(registry.log.some(({ method }) => method === "PATCH")).toBe(true);
  });

  it("tells absence, refusal and abort by kind", async () => {
    await using driver = await open();
    const absent = driver.locate(digestFromHex("0".repeat(64)));
    const failure = async (): Promise<unknown> => {
      try {
        for await (const chunk of driver.read(absent)) void chunk;
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(driver.classify(await failure())?.kind).toBe("not-found");
    registry.addFault({ action: { kind: "status", status: 403 } });
    expect(driver.classify(await failure())?.kind).toBe("permission-denied");
    expect(classify(AbortSignal.abort().reason)).toEqual({ kind: "cancelled", retry: { kind: "never" } });
    expect(classify(new Error("something else"))).toBeUndefined();
  });
});
