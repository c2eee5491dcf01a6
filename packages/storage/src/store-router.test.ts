import type { StoreName } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type BlobStore, createBlobStore } from "./blob-store.js";
import { layeredDriver } from "./layers/layered-driver.js";
import { memoryDriver } from "./memory-driver.js";
import { nodeHasher } from "./ports/node-hasher.js";
import { createStoreRouter } from "./store-router.js";

const cold = "cold" as StoreName;
const hot = "hot" as StoreName;

function storeThatTells(name: string, closed: string[]): BlobStore {
  const dispose = async (): Promise<void> => {
    closed.push(name);
  };
  const driver = layeredDriver(memoryDriver(), { [Symbol.asyncDispose]: dispose });
  return createBlobStore(driver, { hasher: nodeHasher, name });
}

describe("createStoreRouter", () => {
  it("opens a store when a blob first needs it, once, and closes what it opened", async () => {
    const closed: string[] = [];
    const opened: string[] = [];
    const registry = storeThatTells("registry", closed);
    const route = createStoreRouter({
      registry,
      open: async (name) => {
        opened.push(name);
        return storeThatTells(name, closed);
      },
    });
    expect(await route({})).toBe(registry);
    expect(opened).toEqual([]);
    const [one, two] = await Promise.all([
      route({ store: cold }),
      route({ store: cold }),
      route({ store: hot }),
    ]);
    expect(one).toBe(two);
    expect(opened).toEqual(["cold", "hot"]);
    await route[Symbol.asyncDispose]();
    expect(closed.sort()).toEqual(["cold", "hot"]);
  });

  it("tells every waiting caller of a failure, and lets the next one try again", async () => {
    let tries = 0;
    const route = createStoreRouter({
      registry: storeThatTells("registry", []),
      open: async (name) => {
        if (++tries === 1) throw new Error("not now");
        return storeThatTells(name, []);
      },
    });
    const results = await Promise.allSettled([route({ store: cold }), route({ store: cold })]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect((await route({ store: cold })).name).toBe("cold");
    expect(tries).toBe(2);
  });
});
