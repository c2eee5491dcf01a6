import { parseManifest } from "@bale/core";
import {
  ANNOTATIONS,
  type BundlePath,
  type Digest,
  MEDIA_TYPES,
  type ProgressEvent,
  parseLayerName,
} from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { text } from "../noise.testing.js";
import { inexactLayers } from "./manifest-blobs.js";
import { untar, viewOfOtherTools } from "./other-tools.testing.js";
import { push } from "./push.js";
import {
  bundleAtTag,
  LAYERS,
  type ModelFile,
  makeWorld,
  pushChange,
  pushPorts,
  ROLES,
  readTree,
  TAG,
  treeOf,
  type World,
} from "./push-world.testing.js";
import { at, changed, file, first, none, requestFor } from "./sample-tree.testing.js";

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

describe("a first push", () => {
  it("publishes a tree that comes back as it was, and that other tools can unpack", async () => {
    const outcome = await pushChange(world, { before: none, after: first });
    const bundle = await bundleAtTag(world);
    expect(await readTree(world, bundle)).toEqual(
      new Map([...first].map(([path, value]) => [path, { ...value, bytes: Buffer.from(value.bytes) }])),
    );
    expect(await viewOfOtherTools(world.remote, bundle, first)).toEqual({
      packsAreLive: true,
      givesTree: true,
      annotated: true,
    });
    expect(outcome).toMatchObject({
      exact: true,
      contentDigest: bundle.root.contentDigest,
      tags: [{ tag: TAG, update: { outcome: "moved" } }],
    });
    expect(bundle.manifest).toMatchObject({ parent: "none", exact: true, envelope: "native" });
    expect(bundle.root.roles).toEqual(ROLES);
  });

  it("writes blobs, then the index, then the manifest, then the tag", async () => {
    const order: string[] = [];
    const { remote } = world;
    const spied = {
      ...remote,
      putManifest: async (...call: Parameters<typeof remote.putManifest>) => {
        order.push("manifest");
        return remote.putManifest(...call);
      },
      moveTag: async (...call: Parameters<typeof remote.moveTag>) => {
        order.push("tag");
        return remote.moveTag(...call);
      },
    };
    const outcome = await pushChange({ ...world, remote: spied }, { before: none, after: first });
    expect(order).toEqual(["manifest", "tag"]);
    const writes = log()
      .filter((line) => line.startsWith("write"))
      .map((line) => line.slice("write ".length));
    const index = [...outcome.indexObjects.keys()].slice(1);
    expect(writes.slice(-index.length).sort()).toEqual(index.sort());
  });

  it("hands out the objects of the index, each under its digest", async () => {
    const { indexObjects, manifest } = await pushChange(world, { before: none, after: first });
    for (const [digest, bytes] of indexObjects) expect(nodeHasher.digest(bytes)).toBe(digest);
    expect(indexObjects.has(manifest.digest)).toBe(true);
    expect(indexObjects.size).toBe(2 + LAYERS.length);
  });

  it("counts files, blobs and bytes, and reports progress for each transfer", async () => {
    const events: ProgressEvent[] = [];
    const outcome = await pushChange(
      world,
      { before: none, after: first },
      {},
      { onProgress: (event) => events.push(event) },
    );
    const sizes = [...world.remote.content.blobs.values()].map((bytes) => bytes.length);
    expect(outcome).toMatchObject({ sentFiles: 5, sentBlobs: sizes.length, reusedBlobs: 0, mountedBlobs: 0 });
    expect(outcome.sentBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    const started = events.filter((event) => event.type === "task-start");
    const ended = events.filter((event) => event.type === "task-end");
    expect(ended.map(({ task }) => task).sort()).toEqual(started.map(({ task }) => task).sort());
    expect(started.filter(({ kind }) => kind === "upload")).toHaveLength(sizes.length);
    expect(ended.every(({ outcome: how }) => how === "completed")).toBe(true);
  });

  it("is the same to the byte when it is made again", async () => {
    const one = await pushChange(world, { before: none, after: first });
    world = makeWorld(staging);
    const two = await pushChange(world, { before: none, after: new Map([...first].reverse()) });
    expect(two.manifest.digest).toBe(one.manifest.digest);
  });
});

describe("a later push", () => {
  beforeEach(async () => {
    await pushChange(world, { before: none, after: first });
    log().length = 0;
  });

  it("names its parent, sends what changed, and reads no table of another layer", async () => {
    const before = await bundleAtTag(world);
    log().length = 0;
    const after = changed(first, "code/main.py", file("code", text(950, 9)));
    const outcome = await pushChange(
      world,
      { before: first, after },
      { held: (path) => path.startsWith("code/") },
    );
    const tables = ["data", "docs"].map(
      (name) => before.root.layers.get(parseLayerName(name))?.tables[0]?.digest,
    );
    for (const table of tables) expect(log()).not.toContain(`read ${table}`);
    // One pack with data, one of links and empty files that is there already, a table and the root.
    expect(outcome).toMatchObject({ sentFiles: 1, sentBlobs: 3, reusedBlobs: 1 });
    const bundle = await bundleAtTag(world);
    expect(bundle.manifest?.parent).toBe(before.raw.digest);
    expect(bundle.root.layers.get(parseLayerName("data"))).toEqual(
      before.root.layers.get(parseLayerName("data")),
    );
  });

  it("sends a renamed or copied file no second time", async () => {
    const model = first.get(at("data/model.bin")) as ModelFile;
    const after = changed(changed(first, "data/model.bin", undefined), "data/renamed.bin", model);
    const blob = nodeHasher.digest(model.bytes);
    const outcome = await pushChange(world, { before: first, after });
    expect(log().filter((line) => line === `write ${blob}`)).toEqual([]);
    expect(outcome.sentFiles).toBe(0);
    expect(
      (await bundleAtTag(world)).manifest?.layers.find(({ digest }) => digest === blob)?.annotations?.[
        ANNOTATIONS.title
      ],
    ).toBe("data/renamed.bin");
  });

  it("stops being exact when a pack keeps a stale entry, and an exact push mends it", async () => {
    const after = changed(first, "data/small.json", undefined);
    const both = changed(after, "code/main.py", undefined);
    const loose = await pushChange(world, { before: first, after: both });
    expect(loose.exact).toBe(false);
    const bundle = await bundleAtTag(world);
    expect(bundle.manifest?.exact).toBe(false);
    expect(inexactLayers(bundle)).toContain(parseLayerName("code"));
    const mended = await pushChange(
      world,
      { before: both, after: both },
      {
        rewritten: inexactLayers(bundle),
        pack: { smallerThan: 2000, target: 6000, compression: "gzip", exact: true },
      },
    );
    expect(mended.exact).toBe(true);
    expect(await viewOfOtherTools(world.remote, await bundleAtTag(world), both)).toEqual({
      packsAreLive: true,
      givesTree: true,
      annotated: true,
    });
  });

  it("refuses to be exact before it sends anything, when that needs files which are not here", async () => {
    const after = changed(first, "code/main.py", file("code", text(20, 1)));
    const held = (path: BundlePath) => path === "code/main.py";
    const pack = { smallerThan: 2000, target: 6000, compression: "gzip", exact: true } as const;
    await expect(pushChange(world, { before: first, after }, { held, pack })).rejects.toMatchObject({
      code: "REGISTRY_LIMIT",
      why: expect.stringContaining("stale"),
    });
    expect(log().filter((line) => line.startsWith("write"))).toEqual([]);
  });

  it("is not exact while an executable lies outside of packs, also in a layer that is carried unread", async () => {
    const model = first.get(at("data/model.bin")) as ModelFile;
    const executable = changed(first, "data/model.bin", { ...model, kind: "exec" });
    expect((await pushChange(world, { before: first, after: executable })).exact).toBe(false);
    const after = changed(executable, "docs/more.md", file("docs", text(10, 1)));
    expect((await pushChange(world, { before: executable, after })).exact).toBe(false);
    const exact = await pushChange(
      world,
      { before: after, after },
      {
        rewritten: inexactLayers(await bundleAtTag(world)),
        pack: { smallerThan: 2000, target: 6000, compression: "gzip", exact: true },
      },
    );
    expect(exact.exact).toBe(true);
    const last = changed(after, "docs/more.md", undefined);
    expect((await pushChange(world, { before: after, after: last })).exact).toBe(true);
  });

  it("repacks what is held here, and leaves the rest where it is", async () => {
    const thin = changed(first, "code/run.sh", undefined);
    await pushChange(world, { before: first, after: thin });
    const before = await bundleAtTag(world);
    const all = await pushChange(world, { before: thin, after: thin }, { rewritten: LAYERS, repack: true });
    const bundle = await bundleAtTag(world);
    expect(all.exact).toBe(true);
    expect(bundle.root.contentDigest).toBe(before.root.contentDigest);
    expect(await viewOfOtherTools(world.remote, bundle, thin)).toEqual({
      packsAreLive: true,
      givesTree: true,
      annotated: true,
    });
    // Somebody who holds one file can move that one only.
    const path = at("docs/read.md");
    const some = await pushChange(
      world,
      { before: thin, after: thin },
      { rewritten: LAYERS, repack: true, held: (one) => one === path },
    );
    expect(await readTree(world, await bundleAtTag(world))).toEqual(await readTree(world, bundle));
    expect(some.contentDigest).toBe(all.contentDigest);
  });

  it("keeps what newer versions wrote into the root", async () => {
    const bundle = await bundleAtTag(world);
    const unknown = { somethingNew: { kept: true } };
    const request = await requestFor(changed(first, "docs/read.md", undefined), {
      ...bundle,
      root: { ...bundle.root, unknown },
    });
    const outcome = await push(request, pushPorts(world, treeOf(first)));
    const root = outcome.indexObjects.get((await bundleAtTag(world)).manifest?.root.digest as Digest);
    expect(JSON.parse(new TextDecoder().decode(root))).toMatchObject(unknown);
  });
});

it("packs are tars that any tool reads, and hold all that is not whole", async () => {
  await pushChange(world, { before: none, after: first });
  const bundle = await bundleAtTag(world);
  const packs = bundle.manifest?.layers.filter(({ mediaType }) => mediaType === MEDIA_TYPES.pack) ?? [];
  const names = (await Promise.all(packs.map((pack) => untar(world.remote, pack)))).flatMap((entries) => [
    ...entries.keys(),
  ]);
  expect(names.sort()).toEqual([...first.keys()].filter((path) => path !== "data/model.bin").sort());
  expect(parseManifest(bundle.raw).kind).toBe("bundle");
});
