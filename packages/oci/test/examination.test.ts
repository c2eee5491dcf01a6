import type { HttpClient, RegistryHealth } from "@bale/spec";
import { type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseProfileDocument } from "../src/index.js";
import { impatientHttp, repositoryAt } from "./registry-harness.js";

const REPOSITORY = "acme/app";
const SCRATCH = /bale-doctor/;

let registry: TestRegistry;
let http: HttpClient;
beforeEach(async () => {
  registry = await startTestRegistry();
  http = impatientHttp();
});
afterEach(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});

async function examine(quirks: Partial<Quirks> = {}, signal?: AbortSignal): Promise<RegistryHealth> {
  registry.setQuirks(quirks);
  const health = await repositoryAt(registry, http).examine?.({ signal });
  if (!health) throw new Error("there is no examination");
  return health;
}
const scratchTags = (): readonly string[] =>
  registry.store.tags(REPOSITORY).filter((tag) => SCRATCH.test(tag));

describe("an examination", () => {
  it("makes no request when it only says what it would try", async () => {
    const health = await repositoryAt(registry, http).examine?.({ dryRun: true });
    expect(registry.log).toEqual([]);
    expect(health).toMatchObject({ verdict: { state: "not tried", exit: 0 }, requests: 0 });
    expect(health?.findings.every(({ state, line }) => state === "not tried" && line !== "")).toBe(true);
    expect(health?.profile).toBeUndefined();
  });

  it("asks and sends no more than it says, and touches no other repository", async () => {
    const health = await examine();
    expect(health.requests).toBe(registry.log.length);
    expect(health.requests).toBeLessThan(250);
    expect(health.sentBytes).toBeLessThan(30 * 1024 * 1024);
    expect(registry.store.repositories()).toEqual([REPOSITORY]);
    expect(registry.store.uploads()).toEqual([]);
  });

  it("gives a profile that can be read back", async () => {
    const { profile } = await examine({ patchLimitBytes: 1_048_576, maxLayers: 100 });
    expect(parseProfileDocument(profile)).toMatchObject({ chunkSize: 1_048_576, manifestLayers: 100 });
  });

  it("leaves the tags, manifests and blobs of others alone", async () => {
    const layer = registry.store.putBlob(REPOSITORY, Buffer.from("{}"));
    const empty = registry.store.putBlob(REPOSITORY, Buffer.alloc(0));
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [] }));
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const digest = registry.store.putManifest(REPOSITORY, manifest, { mediaType, tag: "v1" });
    expect((await examine()).verdict.state).toBe("ready");
    expect(registry.store.tags(REPOSITORY)).toEqual(["v1"]);
    expect(registry.store.manifests(REPOSITORY).map((each) => each.digest)).toEqual([digest]);
    expect([...registry.store.blobs(REPOSITORY)].sort()).toEqual([layer, empty].sort());
  });

  it.each<[Partial<Quirks>, RegExp]>([
    [{ deletion: "unsupported" }, /deletes are off/],
    [{ deletion: "not-found" }, /deletes are off/],
    [{ deletion: "denied" }, /deletes are off/],
    [{ tagDeletion: "unsupported", untagBeforeDelete: true }, /deletes are off/],
  ])("says what it could not take away with %j", async (quirks, line) => {
    const health = await examine(quirks);
    expect(health.verdict).toMatchObject({ state: "ready", line: expect.stringMatching(line) });
    expect(health.scratch.removed).toBe(false);
    expect(health.scratch.left.filter((left) => left.startsWith("the tag "))).toEqual(
      scratchTags().map((tag) => `the tag ${tag}`),
    );
    expect(scratchTags().length).toBeGreaterThan(0);
    if (quirks.deletion)
      expect(health.scratch.left).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^\d+ manifests \(\d+\.\d MiB\) without a tag/),
          expect.stringMatching(/^\d+ blobs \(\d+\.\d MiB\)/),
        ]),
      );
  });

  it.each<Partial<Quirks>>([{}, { untagBeforeDelete: true }, { tagDeletion: "bad-request" }])(
    "that is stopped after any request takes away its tags, with %j",
    async (quirks) => {
      const whole = (await examine(quirks)).requests;
      for (let after = 5; after < whole; after += 12) {
        const controller = new AbortController();
        registry.clearFaults();
        registry.addFault({
          skip: after,
          action: { kind: "run", run: () => controller.abort() },
        });
        await expect(examine(quirks, controller.signal)).rejects.toMatchObject({ code: "INTERRUPTED" });
        registry.clearFaults();
        expect(scratchTags(), `stopped after ${after} requests`).toEqual([]);
      }
    },
  );

  it("that meets a server which breaks down takes away its tags, or says which stay", async () => {
    for (const skip of [10, 40, 70, 90]) {
      registry.clearFaults();
      registry.addFault({ skip, times: 3, action: { kind: "status", status: 500 } });
      const health = await examine();
      registry.clearFaults();
      expect(health.scratch.left.filter((left) => left.startsWith("the tag "))).toEqual(
        scratchTags().map((tag) => `the tag ${tag}`),
      );
      for (const tag of scratchTags()) registry.store.deleteTag(REPOSITORY, tag);
    }
  });

  it("waits where it is asked to, and gives up a registry that asks for too much", async () => {
    const limited = await examine({ rateLimit: { allowed: 30, refused: 2, retryAfter: 0 } });
    expect(limited.verdict.line).toContain("requests are limited");
    await expect(examine({ rateLimit: { retryAfter: 100_000 } })).rejects.toMatchObject({
      code: "RATE_LIMITED",
    });
  });

  it("throws what stands in the way of any answer", async () => {
    registry.setQuirks({});
    const url = registry.url;
    const host = registry.host;
    await registry.close();
    await expect(repositoryAt({ url, host }, http).examine?.()).rejects.toMatchObject({
      code: "CONNECT_FAILED",
    });
    registry = await startTestRegistry({
      faults: [{ times: 0, action: { kind: "status", status: 404, body: "<html>" } }],
    });
    await expect(repositoryAt(registry, http).examine?.()).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
    });
  });
});
