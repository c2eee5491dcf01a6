import { MEDIA_TYPES, parseMediaType, parseTag } from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { emptyRepository, memoryRemote } from "../memory-remote.testing.js";
import { noise } from "../noise.testing.js";
import { push } from "./push.js";
import {
  bundleAtTag,
  type ModelFile,
  makeWorld,
  pushChange,
  pushPorts,
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
    const bundle = await bundleAtTag(world);
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
