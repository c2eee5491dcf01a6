import { type BlobDriver, type Digest, digestFromHex } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { createBlobStore } from "./blob-store.js";
import { memoryDriver } from "./memory-driver.js";
import { nodeHasher } from "./ports/node-hasher.js";
import { storeUpkeep } from "./store-upkeep.js";

const driver = (facets: Partial<BlobDriver>): BlobDriver => ({
  ...memoryDriver(),
  classify: () => ({ kind: "permission-denied" }),
  ...facets,
});
const upkeep = (facets: Partial<BlobDriver>) =>
  storeUpkeep(createBlobStore(driver(facets), { hasher: nodeHasher, name: "shelf" }));
const refuse = async (): Promise<never> => {
  throw new Error("https://store.example/?X-Amz-Signature=0123456789abcdef refused");
};
const digest: Digest = digestFromHex("0".repeat(64));
const locator = memoryDriver().locate(digest);

describe("upkeep of a store", () => {
  it("is there as far as the driver has it", () => {
    const none = upkeep({ listing: undefined, deletion: undefined, uploads: undefined });
    expect([none.listing, none.deletion, none.uploads]).toEqual([undefined, undefined, undefined]);
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    [
      "listing",
      async () => {
        const facet = upkeep({
          listing: { list: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }) },
        });
        for await (const found of facet.listing?.list() ?? []) throw new Error(String(found));
      },
    ],
    ["deletion", async () => upkeep({ deletion: { delete: refuse } }).deletion?.delete(locator)],
    [
      "uploads",
      async () =>
        upkeep({
          uploads: { list: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }), abort: refuse },
        }).uploads?.abort({ locator, id: "1" }),
    ],
  ])("names the store where %s fails, and shows no secret", async (_what, call) => {
    const error = await call().then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: "STORE_DENIED", context: { store: "shelf" } });
    expect(JSON.stringify(error)).not.toContain("0123456789abcdef");
  });

  it("ends a listing that is left early", async () => {
    let returned = 0;
    const endless = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: { locator, digest, size: 1 } }),
        return: async () => {
          returned++;
          return { done: true as const, value: undefined };
        },
      }),
    };
    for await (const found of upkeep({ listing: { list: () => endless } }).listing?.list() ?? []) {
      expect(found.digest).toBe(digest);
      break;
    }
    expect(returned).toBe(1);
  });
});
