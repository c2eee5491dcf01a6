import { ANNOTATIONS, type Digest, LIMITS, MEDIA_TYPES } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { beforeEach, describe, expect, it } from "vitest";
import { memoryCache } from "../engine-ports.testing.js";
import { type MemoryRemote, memoryRemote } from "../memory-remote.testing.js";
import { relate } from "./lineage.js";

const root = { mediaType: MEDIA_TYPES.index, digest: nodeHasher.digest(new Uint8Array(1)), size: 1 };

let remote: MemoryRemote;
beforeEach(() => {
  remote = memoryRemote();
});
let made = 0;
/** A manifest that says nothing but who its parent is. */
function manifest(parent: Digest | "none" | undefined): Digest {
  const annotations = {
    note: String(++made),
    ...(parent === undefined ? {} : { [ANNOTATIONS.parent]: parent }),
  };
  const body = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: MEDIA_TYPES.bundle,
    config: root,
    layers: [],
    annotations,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const digest = nodeHasher.digest(bytes);
  remote.content.manifests.set(digest, { mediaType: MEDIA_TYPES.manifest, digest, bytes });
  return digest;
}
/** A first manifest and so many after it, oldest first. */
function chain(length: number, from: Digest | "none" = "none"): Digest[] {
  const digests: Digest[] = [];
  for (let index = 0; index < length; index++) digests.push(manifest(digests.at(-1) ?? from));
  return digests;
}
function relation(there: Digest | undefined, base: Digest | undefined) {
  return relate(remote, there as Digest, base as Digest, memoryCache());
}

describe("the remote's manifest, against the base's,", () => {
  it("is the same, without a request", async () => {
    const [only] = chain(1);
    expect(await relation(only, only)).toEqual({ relation: "same" });
    expect(remote.content.log).toEqual([]);
  });

  it("is newer when its chain reaches the base", async () => {
    const digests = chain(10);
    expect(await relation(digests[9], digests[8])).toEqual({ relation: "newer" });
    expect(await relation(digests[9], digests[0])).toEqual({ relation: "newer" });
  });

  it("is behind when the base's chain reaches it", async () => {
    const digests = chain(10);
    expect(await relation(digests[0], digests[9])).toEqual({ relation: "behind" });
  });

  it("has diverged when its chain ends elsewhere", async () => {
    const [shared] = chain(1);
    const mine = chain(3, shared);
    const theirs = chain(2, shared);
    expect(await relation(theirs[1], mine[2])).toEqual({ relation: "diverged" });
    expect(await relation(chain(3)[2], mine[2])).toEqual({ relation: "diverged" });
  });

  it("is unknown when its history breaks off: no annotation, or a parent that is gone", async () => {
    const base = manifest("none");
    const mute = manifest(undefined);
    const orphan = manifest(nodeHasher.digest(new Uint8Array(7)));
    for (const there of [mute, orphan, manifest(orphan)])
      expect(await relation(there, base)).toEqual({
        relation: "unknown",
        reason: expect.stringContaining("breaks off"),
      });
  });

  it("is behind also when its own history breaks off", async () => {
    const orphan = manifest(nodeHasher.digest(new Uint8Array(7)));
    expect(await relation(orphan, manifest(orphan))).toEqual({ relation: "behind" });
  });

  it("is looked for at most 64 manifests back", async () => {
    const digests = chain(LIMITS.parents + 3);
    const last = digests.at(-1);
    expect(await relation(last, digests[2])).toEqual({ relation: "newer" });
    expect(await relation(last, digests[1])).toEqual({
      relation: "unknown",
      reason: expect.stringContaining("longer than 64"),
    });
  });

  it("asks for each manifest once, when they are kept", async () => {
    const digests = chain(5);
    const cache = memoryCache();
    await relate(remote, digests[4] as Digest, digests[0] as Digest, cache);
    await relate(remote, digests[4] as Digest, digests[0] as Digest, cache);
    expect(remote.content.log).toHaveLength(4);
  });

  it("is a failure, not a guess, when the registry fails", async () => {
    const [first, second] = chain(2);
    const failing = { ...remote, getManifest: () => Promise.reject(new Error("no connection")) };
    await expect(relate(failing, second as Digest, first as Digest, memoryCache())).rejects.toThrow(
      "no connection",
    );
  });
});
