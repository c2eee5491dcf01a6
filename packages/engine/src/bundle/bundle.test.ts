import { contentDigest, encodeRoot, parseManifest } from "@bale/core";
import {
  ANNOTATIONS,
  type BlobLocator,
  type BundlePath,
  comparePaths,
  type Digest,
  type LayerName,
  type LayerSummary,
  MEDIA_TYPES,
  parseLayerName,
  parseTag,
  type RawManifest,
} from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundlePorts, type TestStaging, testStaging } from "../engine-ports.testing.js";
import { storeBlob } from "../fetch/stored-files.testing.js";
import { text } from "../noise.testing.js";
import {
  LAYERS,
  type Model,
  makeWorld,
  openTag,
  pushChange,
  type World,
} from "../push/push-world.testing.js";
import { type Bundle, type BundlePorts, entriesOf, loadManifest, openBundle, stateOf } from "./bundle.js";

const model: Model = new Map(
  ["code/z", "data/a", "code/m", "docs/b", "data/y"].map((path) => [
    path as BundlePath,
    { kind: "file" as const, bytes: text(100 + path.length), layer: parseLayerName(path.slice(0, 4)) },
  ]),
);

let staging: TestStaging;
let world: World;
let ports: BundlePorts;
beforeAll(async () => {
  staging = await testStaging();
});
afterAll(() => staging[Symbol.asyncDispose]());
beforeEach(async () => {
  world = makeWorld(staging);
  ports = bundlePorts();
  await pushChange(world, { before: new Map(), after: model });
  world.remote.content.log.length = 0;
});
function tagged(): Digest {
  return world.remote.content.tags.get(parseTag("v1")) as Digest;
}
async function open(): Promise<Bundle> {
  const raw = await loadManifest(world.remote, tagged(), ports.cache);
  const manifest = parseManifest(raw);
  if (manifest.kind !== "bundle") throw new Error("no bundle");
  return openBundle(world.remote, raw, manifest, ports);
}
function log(): readonly string[] {
  return world.remote.content.log;
}
/** The same manifest with other annotations, as somebody else might have written it. */
function withAnnotations(raw: RawManifest, annotations: Readonly<Record<string, string>>): RawManifest {
  const body = JSON.parse(new TextDecoder().decode(raw.bytes)) as { annotations: Record<string, string> };
  const bytes = new TextEncoder().encode(
    JSON.stringify({ ...body, annotations: { ...body.annotations, ...annotations } }),
  );
  return { mediaType: raw.mediaType, digest: nodeHasher.digest(bytes), bytes };
}

describe("a bundle", () => {
  it("gives the rows of all layers in the order of paths, each with its layer", async () => {
    const rows = [...(await (await open()).rows())];
    expect(rows.map(({ row }) => row.path)).toEqual([...model.keys()].sort(comparePaths));
    for (const { layer, row } of rows) expect(layer).toBe(model.get(row.path)?.layer);
  });

  it("gives the same rows again, and entries that are their states", async () => {
    const rows = await (await open()).rows();
    expect([...rows]).toEqual([...rows]);
    expect([...entriesOf(rows)]).toEqual(
      [...rows].map((layered) => ({ path: layered.row.path, state: stateOf(layered) })),
    );
  });

  it("fetches the tables of the layers that are asked for, once, and knows no others", async () => {
    const bundle = await open();
    const [code] = LAYERS as readonly [(typeof LAYERS)[number]];
    const table = bundle.root.layers.get(code)?.tables[0]?.digest;
    world.remote.content.log.length = 0;
    const rows = await bundle.rows([code, parseLayerName("nowhere")]);
    expect([...rows].map(({ row }) => row.path)).toEqual(["code/m", "code/z"]);
    await bundle.rows([code]);
    expect(log()).toEqual([`read ${table}`]);
    expect([...(await bundle.rows([]))]).toEqual([]);
  });

  it("comes from the cache when it is there, without a request", async () => {
    await (await open()).rows();
    world.remote.content.log.length = 0;
    expect([...(await (await open()).rows())]).toHaveLength(model.size);
    expect(log()).toEqual([]);
  });

  it("is refused when its root is damaged, missing, or too large to be read", async () => {
    const { manifest, raw } = await open();
    const root = manifest?.root as { digest: Digest };
    const locator = `memory:${root.digest.slice(7)}` as BlobLocator;
    const { blobs } = world.remote.content;
    const bytes = blobs.get(locator) as Uint8Array;
    ports = bundlePorts();
    blobs.set(
      locator,
      Uint8Array.from(bytes, (byte, index) => (index === 9 ? byte ^ 1 : byte)),
    );
    await expect(open()).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    blobs.delete(locator);
    await expect(open()).rejects.toMatchObject({ code: "BLOB_MISSING" });
    const large = { ...manifest, root: { ...root, size: 2 ** 21 } } as never;
    world.remote.content.log.length = 0;
    await expect(openBundle(world.remote, raw, large, ports)).rejects.toMatchObject({ code: "LIMIT" });
    expect(log()).toEqual([]);
  });

  it("is refused when manifest and root name different contents", async () => {
    const raw = withAnnotations((await open()).raw, { [ANNOTATIONS.content]: nodeHasher.digest(text(1)) });
    const manifest = parseManifest(raw);
    if (manifest.kind !== "bundle") throw new Error("no bundle");
    await expect(openBundle(world.remote, raw, manifest, ports)).rejects.toMatchObject({
      code: "MANIFEST_INVALID",
    });
  });

  it("is refused when its content digest is not that of its layers", async () => {
    const bundle = await open();
    const { blobs } = world.remote.content;
    const old = bundle.manifest?.root as { digest: Digest; size: number };
    const body = JSON.parse(
      new TextDecoder().decode(blobs.get(`memory:${old.digest.slice(7)}` as BlobLocator)),
    );
    const bytes = new TextEncoder().encode(JSON.stringify(body).replace('"files":2', '"files":3'));
    const root = { ...old, digest: nodeHasher.digest(bytes), size: bytes.length };
    blobs.set(`memory:${root.digest.slice(7)}` as BlobLocator, bytes);
    const manifest = { ...bundle.manifest, root } as never;
    await expect(openBundle(world.remote, bundle.raw, manifest, ports)).rejects.toMatchObject({
      code: "INDEX_INVALID",
    });
  });
});

it("a bundle that has one path in two layers is refused when its rows are read", async () => {
  const { manifest, raw, root } = await open();
  const [code, data] = LAYERS as [LayerName, LayerName, LayerName];
  const summary = root.layers.get(code) as LayerSummary;
  const layers = new Map([
    [code, summary],
    [data, summary],
  ]);
  const bytes = encodeRoot({
    ...root,
    layers,
    contentDigest: contentDigest({ ...root, layers }, nodeHasher),
  });
  const blob = await storeBlob(world.remote.blobs, bytes);
  const twofold = { ...manifest, root: { ...manifest?.root, ...blob }, contentDigest: undefined } as never;
  const bundle = await openBundle(world.remote, raw, twofold, ports);
  const rows = await bundle.rows();
  expect(() => [...rows]).toThrow(expect.objectContaining({ code: "INDEX_INVALID" }));
});

describe("a manifest", () => {
  it("is read once, and from the cache after that", async () => {
    const raw = await loadManifest(world.remote, tagged(), ports.cache);
    expect(await loadManifest(world.remote, tagged(), ports.cache)).toEqual(raw);
    expect(log()).toEqual([`manifest ${tagged()}`]);
  });

  it("of an unusual type is not kept, since its bytes need not say what it is", async () => {
    const remote = {
      ...world.remote,
      getManifest: async (digest: Digest) => ({
        ...(await world.remote.getManifest(digest)),
        mediaType: MEDIA_TYPES.dockerManifest,
      }),
    };
    for (let round = 0; round < 2; round++)
      expect((await loadManifest(remote, tagged(), ports.cache)).mediaType).toBe(MEDIA_TYPES.dockerManifest);
    expect(log()).toHaveLength(2);
  });

  it("that is not there is NOT_FOUND, and is not remembered", async () => {
    const absent = nodeHasher.digest(text(3));
    await expect(loadManifest(world.remote, absent, ports.cache)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await ports.cache.get(absent)).toBeUndefined();
  });
});

it("the bundle at a tag can be opened by anybody", async () => {
  expect((await openTag(world))?.root.layers.size).toBe(LAYERS.length);
});
