import { parseManifest } from "@bale/core";
import {
  ANNOTATIONS,
  BaleError,
  type BlobLocator,
  type BundlePath,
  type Digest,
  MEDIA_TYPES,
  type ProgressEvent,
  parseBundlePath,
  parseLayerName,
  parseMediaType,
  parseTag,
} from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { emptyRepository, memoryRemote } from "../memory-remote.testing.js";
import { noise, text } from "../noise.testing.js";
import { inexactLayers } from "./manifest-blobs.js";
import { nextTree } from "./next-tree.js";
import { untar, viewOfOtherTools } from "./other-tools.testing.js";
import { push } from "./push.js";
import type { PushRequest } from "./push-request.js";
import {
  COLD,
  changeBetween,
  LAYERS,
  type Model,
  type ModelFile,
  makeWorld,
  openTag,
  pushChange,
  pushPorts,
  ROLES,
  readTree,
  TAG,
  treeOf,
  type World,
} from "./push-world.testing.js";

const none: Model = new Map();
function at(path: string): BundlePath {
  return parseBundlePath(path);
}
function file(layer: string, bytes: Uint8Array, kind: ModelFile["kind"] = "file"): ModelFile {
  return { kind, bytes, layer: parseLayerName(layer) };
}
const first: Model = new Map([
  [at("code/main.py"), file("code", text(900, 1))],
  [at("code/run.sh"), file("code", text(500, 2), "exec")],
  [at("code/link"), file("code", Buffer.from("main.py"), "link")],
  [at("code/empty"), file("code", new Uint8Array(0))],
  [at("data/model.bin"), file("data", noise(50_000, 3))],
  [at("data/small.json"), file("data", text(300, 4))],
  [at("docs/read.md"), file("docs", text(700, 5))],
]);
function changed(model: Model, path: string, value: ModelFile | undefined): Model {
  const next = new Map(model);
  if (value) next.set(at(path), value);
  else next.delete(at(path));
  return next;
}

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
async function bundleAtTag() {
  const bundle = await openTag(world);
  if (!bundle) throw new Error("no bundle at the tag");
  return bundle;
}

describe("a first push", () => {
  it("publishes a tree that comes back as it was, and that other tools can unpack", async () => {
    const outcome = await pushChange(world, { before: none, after: first });
    const bundle = await bundleAtTag();
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
    const before = await bundleAtTag();
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
    const bundle = await bundleAtTag();
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
      (await bundleAtTag()).manifest?.layers.find(({ digest }) => digest === blob)?.annotations?.[
        ANNOTATIONS.title
      ],
    ).toBe("data/renamed.bin");
  });

  it("stops being exact when a pack keeps a stale entry, and an exact push mends it", async () => {
    const after = changed(first, "data/small.json", undefined);
    const both = changed(after, "code/main.py", undefined);
    const loose = await pushChange(world, { before: first, after: both });
    expect(loose.exact).toBe(false);
    const bundle = await bundleAtTag();
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
    expect(await viewOfOtherTools(world.remote, await bundleAtTag(), both)).toEqual({
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
        rewritten: inexactLayers(await bundleAtTag()),
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
    const before = await bundleAtTag();
    const all = await pushChange(world, { before: thin, after: thin }, { rewritten: LAYERS, repack: true });
    const bundle = await bundleAtTag();
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
    expect(await readTree(world, await bundleAtTag())).toEqual(await readTree(world, bundle));
    expect(some.contentDigest).toBe(all.contentDigest);
  });

  it("keeps what newer versions wrote into the root", async () => {
    const bundle = await bundleAtTag();
    const unknown = { somethingNew: { kept: true } };
    const request = await requestFor(changed(first, "docs/read.md", undefined), {
      ...bundle,
      root: { ...bundle.root, unknown },
    });
    const outcome = await push(request, pushPorts(world, treeOf(first)));
    const root = outcome.indexObjects.get((await bundleAtTag()).manifest?.root.digest as Digest);
    expect(JSON.parse(new TextDecoder().decode(root))).toMatchObject(unknown);
  });
});

async function requestFor(
  after: Model,
  current: PushRequest["current"],
  more: Partial<PushRequest> = {},
): Promise<PushRequest> {
  const shared = { roles: ROLES, defaultRole: undefined };
  const change = changeBetween(current ? first : none, after);
  return {
    ...shared,
    current,
    next: await nextTree({ ...shared, current, change, declared: LAYERS, hasher: nodeHasher }),
    held: () => true,
    storeFor: () => undefined,
    stores: new Map(),
    pack: { smallerThan: 2000, target: 6000, compression: "gzip", exact: false },
    envelope: "native",
    artifactType: undefined,
    annotations: {},
    parent: current?.raw.digest ?? "none",
    tags: [{ tag: TAG, expect: current?.raw.digest ?? "absent" }],
    ...more,
  };
}

describe("tags", () => {
  it("that moved meanwhile are left where they are: TAG_MOVED names both digests", async () => {
    const one = await pushChange(world, { before: none, after: first });
    const request = await requestFor(first, undefined);
    await expect(push(request, pushPorts(world, treeOf(first)))).rejects.toMatchObject({
      code: "TAG_MOVED",
      context: { tag: TAG, expected: "absent", actual: one.manifest.digest },
    });
    expect(world.remote.content.tags.get(TAG)).toBe(one.manifest.digest);
  });

  it("may be several, each with its own expectation", async () => {
    const latest = parseTag("latest");
    const tags = [
      { tag: TAG, expect: "absent" as const },
      { tag: latest, expect: "anything" as const },
    ];
    const outcome = await pushChange(world, { before: none, after: first }, { tags });
    expect(outcome.tags.map(({ tag, update }) => [tag, update.outcome])).toEqual([
      [TAG, "moved"],
      [latest, "moved"],
    ]);
    expect(world.remote.content.tags.get(latest)).toBe(outcome.manifest.digest);
  });
});

describe("the compatible envelope", () => {
  it("carries the root as a layer and the type as an annotation, and is the same content", async () => {
    const artifactType = parseMediaType("application/vnd.acme.model");
    const native = await pushChange(world, { before: none, after: first }, { artifactType });
    world = makeWorld(staging);
    const compatible = await pushChange(
      world,
      { before: none, after: first },
      { envelope: "compatible", artifactType, annotations: { "org.example.note": "x" } },
    );
    const bundle = await bundleAtTag();
    expect(bundle.manifest).toMatchObject({ envelope: "compatible", artifactType });
    expect(compatible.contentDigest).toBe(native.contentDigest);
    expect([native.artifactTypeInAnnotation, compatible.artifactTypeInAnnotation]).toEqual([false, true]);
    expect(bundle.manifest?.annotations).toMatchObject({ "org.example.note": "x" });
    const body = JSON.parse(new TextDecoder().decode(bundle.raw.bytes)) as { config: { mediaType: string } };
    expect(body.config.mediaType).toBe(MEDIA_TYPES.imageConfig);
    expect((await readTree(world, bundle)).size).toBe(first.size);
  });
});

describe("a file that changes", () => {
  it.each(["code/main.py", "data/model.bin"])(
    "while it is pushed (%s) is FILE_CHANGED, and nothing is published",
    async (path) => {
      const request = await requestFor(first, undefined);
      const now = changed(
        first,
        path,
        file("code", noise((first.get(at(path)) as ModelFile).bytes.length, 99)),
      );
      await expect(push(request, pushPorts(world, treeOf(now)))).rejects.toMatchObject({
        code: "FILE_CHANGED",
      });
      expect(world.remote.content.manifests.size).toBe(0);
      expect(world.remote.content.tags.size).toBe(0);
      expect(staging.open()).toBe(0);
    },
  );
});

describe("external stores", () => {
  const storeFor = (path: BundlePath) => (path === "data/model.bin" ? COLD : undefined);

  it("hold what the rule sends there, and are described in the root", async () => {
    const outcome = await pushChange(world, { before: none, after: first }, { storeFor });
    const bundle = await bundleAtTag();
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
    expect((await bundleAtTag()).root.stores.size).toBe(0);
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
    expect((await bundleAtTag()).root.stores.get(COLD)).toEqual({ type: "shelf", place: "cellar" });
  });
});

describe("limits of a registry", () => {
  it("on blobs refuse a file that fits none, before anything is sent", async () => {
    const remote = memoryRemote(world.remote.content);
    const small = {
      ...world,
      openStore: async () =>
        createBlobStore({ ...remote.blobs, limits: { maxBlobSize: 20_000 } }, { hasher: nodeHasher }),
    };
    await expect(pushChange(small, { before: none, after: first })).rejects.toMatchObject({
      code: "TOO_LARGE",
      context: { path: "data/model.bin", size: 50_000 },
    });
    expect(log()).toEqual([]);
  });

  it("on manifest layers refuse with REGISTRY_LIMIT", async () => {
    const few = makeWorld(staging, memoryRemote(emptyRepository(), { manifestLayers: 3 }));
    await expect(pushChange(few, { before: none, after: first })).rejects.toMatchObject({
      code: "REGISTRY_LIMIT",
    });
    expect(few.remote.content.log).toEqual([]);
  });

  it("on the manifest's bytes refuse with REGISTRY_LIMIT", async () => {
    const short = makeWorld(staging, memoryRemote(emptyRepository(), { manifestBytes: 500 }));
    await expect(pushChange(short, { before: none, after: first })).rejects.toMatchObject({
      code: "REGISTRY_LIMIT",
    });
    expect(short.remote.content.tags.size).toBe(0);
  });
});

describe("uploads", () => {
  const blob = nodeHasher.digest((first.get(at("data/model.bin")) as ModelFile).bytes);

  it("mount what another repository of the registry holds, and send the rest", async () => {
    const asked: string[] = [];
    const { remote } = world;
    const mounting = {
      mount: async (digest: Digest, from: string) => {
        asked.push(`${from} ${digest}`);
        remote.content.blobs.set(
          `memory:${digest.slice(7)}` as BlobLocator,
          (first.get(at("data/model.bin")) as ModelFile).bytes,
        );
        return "mounted" as const;
      },
    };
    const mountable = {
      ...world,
      openStore: async () => createBlobStore({ ...remote.blobs, mounting }, { hasher: nodeHasher }),
    };
    const outcome = await pushChange(mountable, { before: none, after: first }, { mountFrom: "acme/base" });
    expect(asked).toEqual([`acme/base ${blob}`]);
    expect(outcome.mountedBlobs).toBe(1);
    expect(log()).not.toContain(`write ${blob}`);
  });

  it("go on by sending when a mount fails", async () => {
    const mounting = { mount: () => Promise.reject(new BaleError({ code: "DENIED", message: "no" })) };
    const mountable = {
      ...world,
      openStore: async () => createBlobStore({ ...world.remote.blobs, mounting }, { hasher: nodeHasher }),
    };
    const outcome = await pushChange(mountable, { before: none, after: first }, { mountFrom: "acme/base" });
    expect(outcome.mountedBlobs).toBe(0);
    expect(log()).toContain(`write ${blob}`);
  });

  it("stop at the first failure, and publish nothing", async () => {
    const failing = {
      ...world.remote.blobs,
      write: () => Promise.reject(new BaleError({ code: "DENIED", message: "no" })),
    };
    const closed = { ...world, openStore: async () => createBlobStore(failing, { hasher: nodeHasher }) };
    const events: ProgressEvent[] = [];
    await expect(
      pushChange(
        closed,
        { before: none, after: first },
        {},
        { concurrency: 1, onProgress: (event) => events.push(event) },
      ),
    ).rejects.toMatchObject({ code: "DENIED" });
    const uploads = events.filter((event) => event.type === "task-start" && event.kind === "upload");
    expect(uploads).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "task-end", outcome: "failed" });
    expect(world.remote.content.manifests.size).toBe(0);
  });

  it("are INTERRUPTED by an abort", async () => {
    const stop = new AbortController();
    const onProgress = (event: ProgressEvent) =>
      event.type === "task-start" && event.kind === "upload" && stop.abort();
    await expect(
      pushChange(world, { before: none, after: first }, {}, { signal: stop.signal, onProgress }),
    ).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(world.remote.content.tags.size).toBe(0);
    await expect(
      pushChange(world, { before: none, after: first }, {}, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

it("packs are tars that any tool reads, and hold all that is not whole", async () => {
  await pushChange(world, { before: none, after: first });
  const bundle = await bundleAtTag();
  const packs = bundle.manifest?.layers.filter(({ mediaType }) => mediaType === MEDIA_TYPES.pack) ?? [];
  const names = (await Promise.all(packs.map((pack) => untar(world.remote, pack)))).flatMap((entries) => [
    ...entries.keys(),
  ]);
  expect(names.sort()).toEqual([...first.keys()].filter((path) => path !== "data/model.bin").sort());
  expect(parseManifest(bundle.raw).kind).toBe("bundle");
});
