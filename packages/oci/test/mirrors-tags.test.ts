import { randomBytes } from "node:crypto";
import { parseDigest, parseTag } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { asked, MEDIA_TYPE, mirrors, NAME, notices, open, put, registry, storeOf } from "./mirror-world.js";
import { digestOf } from "./sample-blob.js";

const MiB = 1024 * 1024;

describe("tags and writes", () => {
  it("concern the registry itself", async () => {
    const manifest = Buffer.from('{"schemaVersion":2}');
    const mediaType = MEDIA_TYPE;
    const digest = parseDigest(registry.store.putManifest(NAME, manifest, { mediaType, tag: "v1" }));
    mirrors[0].store.putManifest(NAME, Buffer.from('{"schemaVersion":3}'), { mediaType, tag: "v1" });
    await using repository = open();
    expect((await repository.resolve(parseTag("v1")))?.digest).toBe(digest);
    const tags: string[] = [];
    for await (const tag of repository.listTags()) tags.push(tag);
    expect(tags).toEqual(["v1"]);
    const bytes = randomBytes(100);
    const blob = { digest: digestOf(bytes), size: 100 };
    // What only a mirror has is not there.
    mirrors[0].store.putBlob(NAME, bytes);
    expect(await storeOf(repository).has(blob)).toBe(false);
    await storeOf(repository).put(blob, {
      size: 100,
      open: async function* () {
        yield bytes;
      },
    });
    await repository.putManifest({ mediaType, digest, bytes: manifest });
    await repository.moveTag(parseTag("v2"), { mediaType, digest, bytes: manifest }, { expect: "absent" });
    await repository.deleteTag(parseTag("v2"));
    expect((await repository.ping()).reachable).toBe(true);
    expect(mirrors.flatMap(asked)).toEqual([]);
  });

  it("of a mirror that serves tags count for reading, and a push from what is old there is refused", async () => {
    const mediaType = MEDIA_TYPE;
    const old = Buffer.from('{"schemaVersion":2,"old":true}');
    const now = Buffer.from('{"schemaVersion":2}');
    const next = Buffer.from('{"schemaVersion":2,"next":true}');
    const oldDigest = parseDigest(mirrors[0].store.putManifest(NAME, old, { mediaType, tag: "v1" }));
    const nowDigest = parseDigest(registry.store.putManifest(NAME, now, { mediaType, tag: "v1" }));
    const nextDigest = digestOf(next);
    await using repository = open({ tags: true });
    expect((await repository.resolve(parseTag("v1")))?.digest).toBe(oldDigest);
    expect(await repository.resolve(parseTag("absent"))).toBeUndefined();
    const raw = { mediaType, digest: nextDigest, bytes: next };
    await repository.putManifest(raw);
    expect(await repository.moveTag(parseTag("v1"), raw, { expect: oldDigest })).toEqual({
      outcome: "rejected",
      actual: nowDigest,
    });
    // Whoever writes sees what he wrote.
    expect((await repository.resolve(parseTag("v1")))?.digest).toBe(nowDigest);
    expect(registry.store.resolveTag(NAME, "v1")).toBe(nowDigest);
  });
});

describe("a reader", () => {
  it("that stops on request ends as interrupted, and blames nobody", async () => {
    const blob = put(randomBytes(1000), [registry, NAME], [mirrors[0], NAME]);
    mirrors[0].addFault({ times: 0, action: { kind: "stall" } });
    await using repository = open();
    const stop = new AbortController();
    const stopped = (async () => {
      for await (const chunk of storeOf(repository).get(blob, { signal: stop.signal })) void chunk;
    })().catch((error: unknown) => error);
    while (mirrors[0].log.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await stopped).toMatchObject({ code: "INTERRUPTED" });
    expect(notices).toEqual([]);
    expect(registry.log).toHaveLength(0);
  });

  it("that has enough leaves, and the connection with it", async () => {
    const blob = put(randomBytes(9 * MiB), [registry, NAME], [mirrors[0], NAME]);
    await using repository = open();
    for await (const chunk of storeOf(repository).get(blob)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    for await (const chunk of storeOf(repository).get(blob, { range: { start: 1, endExclusive: 9 * MiB } })) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(notices).toEqual([]);
  });
});
