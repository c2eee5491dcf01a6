import {
  type BundlePath,
  comparePaths,
  type LayerName,
  parseBundlePath,
  parseLayerName,
  type RoleName,
} from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { type NextTree, nextTree } from "./next-tree.js";
import {
  changeBetween,
  LAYERS,
  type Model,
  type ModelFile,
  makeWorld,
  openTag,
  pushChange,
  ROLES,
  sameFile,
} from "./push-world.testing.js";

let staging: TestStaging;
beforeAll(async () => {
  staging = await testStaging();
});
afterAll(() => staging[Symbol.asyncDispose]());

function modelOf(files: Readonly<Record<string, readonly [layer: string, content: string]>>): Model {
  return new Map(
    Object.entries(files).map(([path, [layer, content]]): [BundlePath, ModelFile] => [
      parseBundlePath(path),
      { kind: "file", layer: parseLayerName(layer), bytes: Buffer.from(content) },
    ]),
  );
}
function fresh(model: Model, more: Partial<Parameters<typeof nextTree>[0]> = {}): Promise<NextTree> {
  return nextTree({
    current: undefined,
    change: changeBetween(new Map(), model),
    declared: LAYERS,
    roles: ROLES,
    defaultRole: undefined,
    hasher: nodeHasher,
    ...more,
  });
}

const file = fc.record({
  kind: fc.constantFrom("file" as const, "exec" as const),
  layer: fc.constantFrom(...LAYERS),
  bytes: fc.uint8Array({ maxLength: 3 }),
});
const tree = fc
  .dictionary(fc.constantFrom("a", "b", "c/d", "c/e", "é"), file, { noNullPrototype: true })
  .map(
    (files): Model => new Map(Object.entries(files).map(([path, value]) => [parseBundlePath(path), value])),
  );

describe("the content digest", () => {
  it("differs for any two trees that differ, and is equal for equal ones", async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, async (a, b) => {
        const same = a.size === b.size && [...a].every(([path, value]) => sameFile(value, b.get(path)));
        expect((await fresh(a)).contentDigest === (await fresh(b)).contentDigest).toBe(same);
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on the order of anything", async () => {
    const model = modelOf({ b: ["code", "1"], a: ["data", "2"], c: ["code", "3"] });
    const one = await fresh(model);
    const other = await fresh(new Map([...model].reverse()), { declared: [...LAYERS].reverse() });
    expect(other.contentDigest).toBe(one.contentDigest);
  });

  it("covers declared layers without files, roles and the default role", async () => {
    const model = modelOf({ a: ["code", "1"] });
    const digests = [
      await fresh(model),
      await fresh(model, { declared: [parseLayerName("code")] }),
      await fresh(model, { roles: new Map() }),
      await fresh(model, { roles: new Map([["runtime" as RoleName, [parseLayerName("code")]]]) }),
      await fresh(model, { defaultRole: "runtime" as RoleName }),
    ].map((next) => next.contentDigest);
    expect(new Set(digests).size).toBe(5);
  });
});

describe("the next tree", () => {
  const before = modelOf({
    "code/a": ["code", "a"],
    "code/b": ["code", "b"],
    "data/c": ["data", "c"],
    "docs/d": ["docs", "d"],
  });

  async function after(change: (model: Map<BundlePath, ModelFile>) => void) {
    const world = makeWorld(staging);
    await pushChange(world, { before: new Map(), after: before });
    const model = new Map(before);
    change(model);
    const current = await openTag(world);
    world.remote.content.log.length = 0;
    const next = await fresh(model, { current, change: changeBetween(before, model) });
    const read = world.remote.content.log.filter((line) => line.startsWith("read"));
    return { model, next, read, current };
  }
  function read(next: NextTree): readonly LayerName[] {
    return [...next.layers.values()].flatMap((layer) => (layer.files ? [layer.name] : []));
  }

  it("equals that of a fresh start, and reads the tables of touched layers only", async () => {
    const {
      model,
      next,
      read: reads,
      current,
    } = await after((files) => {
      files.set("code/a" as BundlePath, {
        ...(files.get("code/a" as BundlePath) as ModelFile),
        bytes: Buffer.from("new"),
      });
    });
    expect(next.contentDigest).toBe((await fresh(model)).contentDigest);
    expect(read(next)).toEqual(["code"]);
    const table = current?.root.layers.get(parseLayerName("code"))?.tables[0]?.digest;
    expect(reads).toEqual([`read ${table}`]);
    expect(next.layers.get(parseLayerName("data"))).toMatchObject({
      files: undefined,
      before: [],
      count: 1,
      size: 1,
    });
  });

  it("keeps the rows of what did not change, and no other", async () => {
    const { next } = await after((files) => {
      files.delete("code/b" as BundlePath);
      files.set("code/z" as BundlePath, files.get("code/a" as BundlePath) as ModelFile);
    });
    const { files, before: rows } = next.layers.get(parseLayerName("code")) ?? {};
    expect(files?.map(({ path, row }) => [path, row !== undefined])).toEqual([
      ["code/a", true],
      ["code/z", false],
    ]);
    expect(rows?.map(({ path }) => path)).toEqual(["code/a", "code/b"]);
  });

  it("moves a file from layer to layer, reading both", async () => {
    const { model, next } = await after((files) => {
      const path = "docs/d" as BundlePath;
      files.set(path, { ...(files.get(path) as ModelFile), layer: parseLayerName("data") });
    });
    expect(read(next)).toEqual(["data", "docs"]);
    expect(next.layers.get(parseLayerName("docs"))).toMatchObject({ files: [], count: 0 });
    expect(next.contentDigest).toBe((await fresh(model)).contentDigest);
  });

  it("reads nothing when nothing changes", async () => {
    const { next, read: reads, current } = await after(() => {});
    expect(reads).toEqual([]);
    expect(next.contentDigest).toBe(current?.root.contentDigest);
  });

  it("leaves out an empty layer that is no longer declared, and carries one that has files", async () => {
    const world = makeWorld(staging);
    await pushChange(world, { before: new Map(), after: modelOf({ a: ["code", "1"], b: ["docs", "2"] }) });
    const next = await nextTree({
      current: await openTag(world),
      change: { upserts: new Map(), deletes: [], layersTouched: new Set() },
      declared: [parseLayerName("code")],
      roles: new Map(),
      defaultRole: undefined,
      hasher: nodeHasher,
    });
    expect([...next.layers.keys()]).toEqual(["code", "docs"]);
  });

  it("sorts by bytes, not by UTF-16 units", async () => {
    const high = "\u{1f600}";
    const next = await fresh(modelOf({ [high]: ["code", "1"], "\uffee": ["code", "2"], a: ["code", "3"] }));
    const paths = next.layers.get(parseLayerName("code"))?.files?.map(({ path }) => path) ?? [];
    expect(paths).toEqual(["a", "\uffee", high]);
    expect(paths).toEqual([...paths].sort(comparePaths));
  });
});
