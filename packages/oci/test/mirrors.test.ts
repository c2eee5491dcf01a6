import { randomBytes } from "node:crypto";
import { BaleError, type CallOptions, parseDigest, parseTag } from "@bale/spec";
import { type FaultAction, startTestRegistry } from "@bale/test-registry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRegistryRepository } from "../src/registry/registry-repository.js";
import {
  asked,
  http,
  MEDIA_TYPE,
  mirrors,
  NAME,
  notices,
  open,
  put,
  read,
  registry,
  storeOf,
} from "./mirror-world.js";

const MiB = 1024 * 1024;

describe("what is named by a digest", () => {
  it("comes from the first mirror that has it, and the registry is not asked", async () => {
    const bytes = randomBytes(100_000);
    const blob = put(bytes, [registry, NAME], [mirrors[0], "hub/acme/app"], [mirrors[1], "hub/acme/app"]);
    await using repository = open({ prefix: "hub" });
    expect(await read(repository, blob)).toEqual(bytes);
    expect(await read(repository, blob, { start: 10, endExclusive: 20 })).toEqual(bytes.subarray(10, 20));
    expect(asked(mirrors[0])).toEqual([
      `GET /v2/hub/acme/app/blobs/${blob.digest}`,
      `GET /v2/hub/acme/app/blobs/${blob.digest}`,
    ]);
    expect([...asked(mirrors[1]), ...asked(registry)]).toEqual([]);
    expect(notices).toEqual([]);
  });

  it("comes from the next one where a mirror lacks it, without a word", async () => {
    const bytes = randomBytes(1000);
    const blob = put(bytes, [registry, NAME], [mirrors[1], NAME]);
    const manifest = Buffer.from('{"schemaVersion":2}');
    const digest = parseDigest(registry.store.putManifest(NAME, manifest, { mediaType: MEDIA_TYPE }));
    await using repository = open();
    expect(await read(repository, blob)).toEqual(bytes);
    expect(Buffer.from((await repository.getManifest(digest)).bytes)).toEqual(manifest);
    expect(asked(registry)).toEqual([`GET /v2/${NAME}/manifests/${digest}`]);
    expect(notices).toEqual([]);
  });

  it("that nobody has is missing from the registry, not from a mirror", async () => {
    const blob = { digest: parseDigest(`sha256:${"0".repeat(64)}`), size: 5 };
    await using repository = open();
    const error: unknown = await read(repository, blob).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "BLOB_MISSING" });
    await expect(repository.getManifest(blob.digest)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining(registry.host),
    });
  });

  it("is empty and still read", async () => {
    const blob = put(Buffer.alloc(0), [registry, NAME], [mirrors[0], NAME]);
    await using repository = open();
    expect(await read(repository, blob)).toHaveLength(0);
    expect(notices).toEqual([]);
  });
});

describe("a mirror that fails", () => {
  it.each<[string, FaultAction]>([
    ["resets connections", { kind: "reset" }],
    ["answers 500", { kind: "status", status: 500 }],
    ["wants credentials", { kind: "status", status: 401 }],
    ["allows nothing", { kind: "status", status: 403 }],
    ["asks to come back in a minute", { kind: "status", status: 429, headers: { "retry-after": "60" } }],
    ["says nothing", { kind: "stall" }],
  ])("since it %s is left out with one notice, for blobs, manifests and tags", async (_what, action) => {
    const bytes = randomBytes(1000);
    const blob = put(bytes, [registry, NAME], [mirrors[0], NAME], [mirrors[1], NAME]);
    const manifest = Buffer.from('{"schemaVersion":2}');
    const mediaType = MEDIA_TYPE;
    const digest = parseDigest(registry.store.putManifest(NAME, manifest, { mediaType, tag: "v1" }));
    mirrors[0].addFault({ times: 0, action });
    // The registry is waited for as long as it takes, a second mirror would not be.
    const alone = action.kind === "stall" ? { patienceMs: 30, hosts: [mirrors[0].host] } : {};
    await using repository = open({ tags: true, ...alone });
    const all = await Promise.all([
      read(repository, blob),
      read(repository, blob, { start: 5, endExclusive: 10 }),
      repository.getManifest(digest),
      repository.resolve(parseTag("v1")),
    ]);
    expect(all[0]).toEqual(bytes);
    expect(all[1]).toEqual(bytes.subarray(5, 10));
    expect(all[3]?.digest).toBe(digest);
    const requests = mirrors[0].log.length;
    expect(await read(repository, blob)).toEqual(bytes);
    expect(mirrors[0].log).toHaveLength(requests);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`the mirror ${mirrors[0].host} is not asked any more`);
    const next = action.kind === "stall" ? registry : mirrors[1];
    expect(asked(next).filter((line) => line.includes("/blobs/")).length).toBeGreaterThan(0);
  });

  it("since nobody listens there is left out", async () => {
    const bytes = randomBytes(1000);
    const blob = put(bytes, [registry, NAME]);
    await using repository = open({ hosts: ["127.0.0.1:1"] });
    expect(await read(repository, blob)).toEqual(bytes);
    expect(notices).toEqual([expect.stringContaining("127.0.0.1:1")]);
  });

  it.each([
    ["early", 1000, 3 * MiB],
    ["late", 11 * MiB, 12 * MiB],
  ])(
    "in the middle of a blob, %s, is followed by the next source, which goes on where it can",
    async (_when, afterBytes, size) => {
      const bytes = randomBytes(size);
      const blob = put(bytes, [registry, NAME], [mirrors[0], NAME]);
      mirrors[0].addFault({ action: { kind: "truncate", bytes: afterBytes } });
      await using repository = open();
      expect((await read(repository, blob)).equals(bytes)).toBe(true);
      expect(notices).toHaveLength(1);
      // Of a long blob only what was missing came from the registry.
      const sent = registry.log.reduce((sum, { responseBytes }) => sum + responseBytes, 0);
      if (size > 8 * MiB) expect(sent).toBeLessThan(size);
    },
  );

  it("in the middle of a range is followed by the next source", async () => {
    const bytes = randomBytes(4 * MiB);
    const blob = put(bytes, [registry, NAME], [mirrors[0], NAME]);
    mirrors[0].addFault({ action: { kind: "reset-download", afterBytes: 2 * MiB } });
    await using repository = open();
    const range = { start: 1000, endExclusive: 3 * MiB };
    expect((await read(repository, blob, range)).equals(bytes.subarray(1000, 3 * MiB))).toBe(true);
    expect(notices).toHaveLength(1);
  });
});

describe("a mirror that serves wrong bytes", () => {
  const spoiled = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };

  it("is left out before anybody sees bytes of a small blob or a manifest", async () => {
    const bytes = randomBytes(100_000);
    const blob = put(bytes, [registry, NAME]);
    mirrors[0].store.replaceBlob(NAME, blob.digest, spoiled(bytes, 50_000));
    await using repository = open();
    expect(await read(repository, blob)).toEqual(bytes);
    expect(notices).toEqual([expect.stringContaining("it serves wrong bytes")]);

    const manifest = Buffer.from('{"schemaVersion":2}');
    const digest = parseDigest(registry.store.putManifest(NAME, manifest, { mediaType: MEDIA_TYPE }));
    mirrors[1].store.putManifest(NAME, Buffer.from('{"schemaVersion":3}'), { mediaType: MEDIA_TYPE, digest });
    expect(Buffer.from((await repository.getManifest(digest)).bytes)).toEqual(manifest);
    expect(notices).toHaveLength(2);
  });

  it.each([[100], [11 * MiB]])(
    "in a large blob, at byte %i, never ends one, and repeating helps",
    async (at) => {
      const bytes = randomBytes(12 * MiB);
      const blob = put(bytes, [registry, NAME]);
      mirrors[0].store.replaceBlob(NAME, blob.digest, spoiled(bytes, at));
      await using repository = open();
      const error: unknown = await read(repository, blob).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "DIGEST_MISMATCH", retry: { kind: "safe" } });
      expect(notices).toEqual([expect.stringContaining("it serves wrong bytes")]);
      expect((await read(repository, blob)).equals(bytes)).toBe(true);
    },
  );

  it("in a large blob does not spoil a copy to elsewhere, which is sent once more", async () => {
    const bytes = randomBytes(12 * MiB);
    const blob = put(bytes, [registry, NAME]);
    mirrors[0].store.replaceBlob(NAME, blob.digest, spoiled(bytes, 100));
    await using target = await startTestRegistry();
    await using repository = open();
    const from = storeOf(repository);
    const to = storeOf(
      createRegistryRepository({
        registry: target.host,
        repository: NAME,
        origin: target.url,
        http,
        pauseMs: 0,
      }),
    );
    const source = {
      size: blob.size,
      open: (call?: CallOptions) => from.get(blob, { signal: call?.signal }),
    };
    expect(await to.put(blob, source)).toBe("created");
    expect((await target.store.readBlob(NAME, blob.digest))?.equals(bytes)).toBe(true);
  });

  it("in a part is found out by whoever then reads the whole, which comes from the registry", async () => {
    const bytes = randomBytes(100_000);
    const blob = put(bytes, [registry, NAME]);
    mirrors[0].store.replaceBlob(NAME, blob.digest, spoiled(bytes, 500));
    mirrors[1].store.putBlob(NAME, bytes);
    await using repository = open();
    const wrong = await read(repository, blob, { start: 400, endExclusive: 600 });
    expect(wrong).not.toEqual(bytes.subarray(400, 600));
    expect(await read(repository, blob)).toEqual(bytes);
    expect(notices).toEqual([expect.stringContaining(mirrors[0].host)]);
    expect(await read(repository, blob, { start: 400, endExclusive: 600 })).toEqual(bytes.subarray(400, 600));
  });

  it("is not blamed for parts that were right", async () => {
    const bytes = randomBytes(100_000);
    const blob = put(bytes, [registry, NAME], [mirrors[0], NAME]);
    await using repository = open();
    for (const start of [0, 5000, 99_999])
      expect(await read(repository, blob, { start, endExclusive: start + 1 })).toEqual(
        bytes.subarray(start, start + 1),
      );
    expect(await read(repository, blob)).toEqual(bytes);
    expect(notices).toEqual([]);
  });
});

it("whatever two mirrors do, what is read to its end is right, and the second reading succeeds", async () => {
  const bytes = randomBytes(300_000);
  const blob = put(bytes, [registry, NAME], [mirrors[0], NAME], [mirrors[1], NAME]);
  const action = fc.oneof(
    fc.constant<FaultAction>({ kind: "reset" }),
    fc.constant<FaultAction>({ kind: "gone" }),
    fc.nat(299_999).map((afterBytes): FaultAction => ({ kind: "reset-download", afterBytes })),
    fc.nat(299_999).map((offset): FaultAction => ({ kind: "corrupt", offset })),
    fc.nat(299_999).map((count): FaultAction => ({ kind: "truncate", bytes: count, length: "adjusted" })),
    fc.constant<FaultAction>({ kind: "extra", bytes: 7 }),
  );
  const span = fc
    .tuple(fc.nat(300_000), fc.nat(300_000))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  await fc.assert(
    fc.asyncProperty(action, action, fc.option(span, { nil: undefined }), async (first, second, part) => {
      for (const each of [registry, ...mirrors]) each.clearFaults();
      mirrors[0].addFault({ times: 0, path: /blobs/, action: first });
      mirrors[1].addFault({ times: 0, path: /blobs/, action: second });
      await using repository = open();
      if (part) {
        const [start, endExclusive] = part;
        const got: unknown = await read(repository, blob, { start, endExclusive }).catch((error) => error);
        // The right number of bytes, which nobody can check further, or an error of the table.
        if (!BaleError.is(got)) expect(got).toHaveLength(endExclusive - start);
      }
      expect((await read(repository, blob)).equals(bytes)).toBe(true);
    }),
    { numRuns: 40 },
  );
});
