import { BaleError, type BlobLocator, type Digest, type ProgressEvent } from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { type ModelFile, makeWorld, pushChange, type World } from "./push-world.testing.js";
import { at, first, none } from "./sample-tree.testing.js";

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
