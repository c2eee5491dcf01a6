import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { layoutPack, type PlannedPack, packBytes, packExtents } from "@bale/core";
import { type BundlePath, parseBundlePath, parseLayerName } from "@bale/spec";
import { nodeDeflater, nodeHasher } from "@bale/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { noise, text } from "../noise.testing.js";
import type { TreeSource } from "../ports.js";
import { createTaskLog } from "../progress.js";
import { type BuildOptions, type BuiltPack, buildPack } from "./build-pack.js";
import { type Model, type ModelFile, treeOf } from "./push-world.testing.js";

const layer = parseLayerName("code");
const MiB = 1024 * 1024;

let staging: TestStaging;
beforeAll(async () => {
  staging = await testStaging();
});
afterAll(() => staging[Symbol.asyncDispose]());

function modelOf(files: Readonly<Record<string, Uint8Array | string>>): Model {
  return new Map(
    Object.entries(files).map(([path, content]): [BundlePath, ModelFile] => [
      parseBundlePath(path),
      typeof content === "string"
        ? { kind: "link", bytes: Buffer.from(content), layer }
        : { kind: path.endsWith(".sh") ? "exec" : "file", bytes: content, layer },
    ]),
  );
}
function planned(model: Model, holds: PlannedPack["holds"] = "data"): PlannedPack {
  const entries = [...model].map(([path, { kind, bytes }]) => ({
    path,
    kind,
    digest: nodeHasher.digest(bytes),
    size: bytes.length,
    ...(kind === "link" ? { target: Buffer.from(bytes).toString() } : {}),
  }));
  return { id: 7, layer, holds, entries, exact: true, rewritten: false };
}
const quiet: BuildOptions = {
  compression: "gzip",
  task: createTaskLog(undefined).start("pack", undefined, undefined, "bytes"),
};
function build(
  model: Model,
  options: Partial<BuildOptions> = {},
  tree: TreeSource = treeOf(model),
): Promise<BuiltPack> {
  return buildPack(planned(model), { tree, staging, hasher: nodeHasher }, { ...quiet, ...options });
}

// Text of several members, one large file alone, and one of more than 8 MiB, which has two members of data.
const several = modelOf({
  "a/one": text(300, 1),
  "a/two": noise(500, 2),
  "b/run.sh": text(70_000, 3),
  "b/three": text(70_000, 4),
  "c/large": text(400_000, 5),
  "c/larger": text(8 * MiB + 4000, 6),
  d: text(100, 7),
});

describe("a built pack", () => {
  for (const compression of ["gzip", "none"] as const)
    it(`has the very bytes, extents and digests of the reference (${compression})`, async () => {
      const built = await build(several, { compression });
      const plans = layoutPack(planned(several).entries);
      const read = (path: BundlePath, offset: number, length: number) =>
        (several.get(path) as ModelFile).bytes.subarray(offset, offset + length);
      const { bytes, memberLengths } = packBytes(plans, read, nodeDeflater, compression);
      expect((await readFile(built.staged.path)).equals(bytes)).toBe(true);
      const blob = { digest: nodeHasher.digest(bytes), size: bytes.length };
      expect(built.blob).toEqual(blob);
      expect(built.staged.size).toBe(blob.size);
      expect(built.extents).toEqual(packExtents(plans, memberLengths, blob, compression));
      const tar = compression === "gzip" ? gunzipSync(bytes) : bytes;
      expect(built.tarDigest).toBe(nodeHasher.digest(tar));
      expect(built).toMatchObject({ id: 7, layer, compressed: compression === "gzip" });
    });

  it("stored in gzip members is a gzip that compresses nothing", async () => {
    const built = await build(several, { compression: "stored" });
    const plain = await build(several, { compression: "none" });
    const bytes = await readFile(built.staged.path);
    expect(gunzipSync(bytes).equals(await readFile(plain.staged.path))).toBe(true);
    expect(built.blob.size).toBeGreaterThan(plain.blob.size);
    expect(built).toMatchObject({ compressed: true, tarDigest: plain.tarDigest });
  });

  it("does not deflate what looks random, and is no larger than its files and headers", async () => {
    const built = await build(modelOf({ a: noise(300_000, 1), b: noise(100_000, 2) }));
    expect(built.blob.size).toBeLessThan(400_000 + 10 * 512);
    expect(
      gunzipSync(await readFile(built.staged.path))
        .subarray(512, 300_512)
        .equals(noise(300_000, 1)),
    ).toBe(true);
  });

  it("is the same whatever the order of entries", async () => {
    const backwards = new Map([...several].reverse());
    expect((await build(backwards)).blob).toEqual((await build(several)).blob);
  });

  it("of links and empty files has no extents", async () => {
    const model = modelOf({ empty: new Uint8Array(0), link: "empty" });
    const built = await buildPack(
      planned(model, "entries"),
      { tree: treeOf(model), staging, hasher: nodeHasher },
      quiet,
    );
    expect(built.extents.size).toBe(0);
    expect(built.blob.size).toBeGreaterThan(0);
  });

  it("says how far it is, up to all of its decoded bytes", async () => {
    const seen: number[] = [];
    await build(several, { task: { advance: (done) => seen.push(done), end: () => {} } });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBeGreaterThan(8 * MiB);
  });
});

describe("a file that is not what was planned", () => {
  const changes: readonly (readonly [string, string, (bytes: Uint8Array) => Uint8Array])[] = [
    [
      "has another byte",
      "a/one",
      (bytes) => Uint8Array.from(bytes, (byte, index) => (index === 5 ? byte ^ 1 : byte)),
    ],
    ["is shorter", "a/two", (bytes) => bytes.subarray(1)],
    ["is longer", "a/two", (bytes) => Buffer.concat([bytes, bytes])],
    [
      "has another byte in its second member",
      "c/larger",
      (bytes) => Uint8Array.from(bytes, (byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)),
    ],
    ["is cut in its second member", "c/larger", (bytes) => bytes.subarray(0, bytes.length - 100)],
  ];
  it.each(changes)(
    "because it %s (%s) is FILE_CHANGED, and nothing is staged",
    async (_name, path, change) => {
      const now = new Map(several);
      const file = several.get(path as BundlePath) as ModelFile;
      now.set(path as BundlePath, { ...file, bytes: change(file.bytes) });
      await expect(build(several, {}, treeOf(now))).rejects.toMatchObject({
        code: "FILE_CHANGED",
        context: { path },
      });
      expect(staging.open()).toBe(0);
    },
  );

  it("because it is gone fails with what the tree says", async () => {
    const now = new Map(several);
    now.delete("d" as BundlePath);
    await expect(build(several, {}, treeOf(now))).rejects.toThrow("not held");
    expect(staging.open()).toBe(0);
  });
});

it("stops between members when it is aborted", async () => {
  const stop = new AbortController();
  const task = { advance: () => stop.abort(), end: () => {} };
  await expect(build(several, { signal: stop.signal, task })).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(staging.open()).toBe(0);
});
