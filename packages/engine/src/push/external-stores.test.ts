import type { BundlePath } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { text } from "../noise.testing.js";
import {
  bundleAtTag,
  COLD,
  type ModelFile,
  makeWorld,
  pushChange,
  readTree,
  type World,
} from "./push-world.testing.js";
import { at, changed, file, first, none } from "./sample-tree.testing.js";

let staging: TestStaging;
let world: World;
beforeAll(async () => {
  staging = await testStaging();
});
afterAll(() => staging[Symbol.asyncDispose]());
beforeEach(() => {
  world = makeWorld(staging);
});
function log(): string[] {
  return world.remote.content.log;
}

describe("external stores", () => {
  const storeFor = (path: BundlePath) => (path === "data/model.bin" ? COLD : undefined);

  it("hold what the rule sends there, and are described in the root", async () => {
    const outcome = await pushChange(world, { before: none, after: first }, { storeFor });
    const bundle = await bundleAtTag(world);
    expect(outcome.exact).toBe(false);
    expect([...bundle.root.stores]).toEqual([[COLD, { type: "shelf", place: "cellar" }]]);
    const blob = nodeHasher.digest((first.get(at("data/model.bin")) as ModelFile).bytes);
    expect(await world.cold.stat(world.cold.locate(blob))).toEqual({ size: 50_000 });
    expect(bundle.manifest?.layers.some(({ digest }) => digest === blob)).toBe(false);
    expect((await readTree(world, bundle)).get(at("data/model.bin"))?.bytes.length).toBe(50_000);
  });

  it("that are not used are not described, and not opened", async () => {
    const opened: unknown[] = [];
    const openStore: World["openStore"] = (name) => {
      opened.push(name);
      return world.openStore(name);
    };
    await pushChange({ ...world, openStore }, { before: none, after: first });
    expect((await bundleAtTag(world)).root.stores.size).toBe(0);
    expect(new Set(opened)).toEqual(new Set([undefined]));
  });

  it("that lose a blob before the tag moves stop the push", async () => {
    const { remote } = world;
    const spied = {
      ...remote,
      putManifest: async (...call: Parameters<typeof remote.putManifest>) => {
        for await (const { locator } of world.cold.listing?.list() ?? [])
          await world.cold.deletion?.delete(locator);
        return remote.putManifest(...call);
      },
    };
    await expect(
      pushChange({ ...world, remote: spied }, { before: none, after: first }, { storeFor }),
    ).rejects.toMatchObject({
      code: "EXTERNAL_MISSING",
      context: { store: COLD },
    });
    expect(remote.content.tags.size).toBe(0);
  });

  it("cannot mean two places: refused before anything is sent", async () => {
    await pushChange(world, { before: none, after: first }, { storeFor });
    log().length = 0;
    const after = changed(first, "data/more.json", file("data", text(10, 1)));
    const stores = new Map([[COLD, { type: "shelf", place: "attic" }]]);
    await expect(pushChange(world, { before: first, after }, { storeFor, stores })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
    expect(log().filter((line) => line.startsWith("write"))).toEqual([]);
    const elsewhere = changed(first, "docs/read.md", undefined);
    await pushChange(world, { before: first, after: elsewhere }, { storeFor, stores });
    expect((await bundleAtTag(world)).root.stores.get(COLD)).toEqual({ type: "shelf", place: "cellar" });
  });
});
