import type { HttpClient } from "@bale/spec";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RegistryProfile, registryProfile } from "../src/index.js";
import { impatientHttp, repositoryAt } from "./registry-harness.js";
import { countedSource, digestOf, readAll, sampleBytes } from "./sample-blob.js";

const MiB = 1024 * 1024;
const content = sampleBytes(3 * MiB);
const digest = digestOf(content);
const plain = registryProfile("registry.example");

let registry: TestRegistry;
let http: HttpClient;
beforeAll(async () => {
  registry = await startTestRegistry();
  http = impatientHttp();
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});
beforeEach(() => {
  registry.resetQuirks();
  registry.clearFaults();
  registry.store.deleteRepository("acme/app");
  registry.clearLog();
});

const repositoryWith = (profile: Partial<RegistryProfile>) =>
  repositoryAt(registry, http, { profile: { ...plain, ...profile } });
function write(profile: Partial<RegistryProfile>) {
  const { blobs } = repositoryWith(profile);
  return blobs.write(blobs.locate(digest), countedSource(content), { digest });
}
const asked = (): string[] => registry.log.map(({ method, status }) => `${method} ${status}`);

describe("transfers obey a profile that", () => {
  it("bounds a request: larger blobs go in chunks of that size", async () => {
    registry.setQuirks({ maxRequestBytes: MiB });
    await write({ maxRequestBytes: MiB });
    expect(asked()).toEqual(["POST 202", "PATCH 202", "PATCH 202", "PATCH 202", "PUT 201", "HEAD 200"]);
    expect(registry.log.every(({ requestBytes }) => requestBytes <= MiB)).toBe(true);
  });

  it("bounds a request, and has no chunks: what is larger is refused before anything is sent, and the limit named", async () => {
    const profile = { maxRequestBytes: MiB, chunked: false };
    expect(repositoryWith(profile).blobs.limits.maxBlobSize).toBe(MiB);
    await expect(write(profile)).rejects.toMatchObject({
      code: "TOO_LARGE",
      why: expect.stringContaining(String(MiB)),
      fix: expect.stringContaining("external store"),
    });
    expect(registry.log).toEqual([]);
  });

  it("bounds a manifest, by itself or by the body of a request", () => {
    expect(repositoryWith({}).limits.manifestBytes).toBe(4 * MiB);
    expect(repositoryWith({ manifestBytes: 1_000 }).limits.manifestBytes).toBe(1_000);
    expect(repositoryWith({ manifestBytes: 9 * MiB }).limits.manifestBytes).toBe(4 * MiB);
    expect(repositoryWith({ maxRequestBytes: 500 }).limits.manifestBytes).toBe(500);
  });

  it("bounds what is written, not what is read", async () => {
    const manifest = Buffer.from(
      JSON.stringify({ schemaVersion: 2, layers: [], config: {}, annotations: { a: "b" } }),
    );
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    registry.store.putManifest("acme/app", manifest, { mediaType });
    const read = await repositoryWith({ manifestBytes: 10 }).getManifest(digestOf(manifest));
    expect(Buffer.from(read.bytes).equals(manifest)).toBe(true);
  });

  it("has no ranges: blobs are read whole, without asking for a part", async () => {
    registry.store.putBlob("acme/app", content);
    registry.setQuirks({ range: "shifted" });
    const part = await readAll(repositoryWith({ ranges: false }).blobs, digest, {
      start: 5,
      endExclusive: 900,
    });
    expect(part.equals(content.subarray(5, 900))).toBe(true);
    expect(registry.log.map(({ range }) => range)).toEqual([undefined]);
  });

  it("has a digest header that is not to be believed: manifests are hashed", async () => {
    registry.setQuirks({ digestHeader: "wrong" });
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [] }));
    const mediaType = "application/vnd.oci.image.manifest.v1+json" as never;
    const remote = repositoryWith({ statesDigest: false });
    const raw = { mediaType, digest: digestOf(manifest), bytes: manifest };
    await remote.putManifest(raw);
    expect(await remote.moveTag("v1" as never, raw, { expect: "absent" })).toMatchObject({
      outcome: "moved",
    });
    expect(await remote.resolve("v1" as never)).toMatchObject({ digest: raw.digest, digestFrom: "computed" });
    await expect(repositoryWith({}).putManifest(raw)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  });

  it("has a registry that checks no digest: the driver does not vouch for it", async () => {
    expect(repositoryWith({}).blobs.verifiesDigest).toBe(true);
    const { blobs } = repositoryWith({ verifiesDigest: false });
    expect(blobs.verifiesDigest).toBe(false);
    registry.store.putBlob("acme/app", content);
    expect(await blobs.stat(blobs.locate(digest))).toEqual({ size: content.length });
  });

  it("has sessions that do not tell how far they are: they are not asked", async () => {
    registry.addFault({ method: "PATCH", skip: 1, action: { kind: "reset-upload", afterBytes: 1_000 } });
    await write({ chunkThreshold: 0, chunkSize: MiB, sessionStatus: false });
    expect(registry.log.some(({ method, path }) => method === "GET" && /uploads/.test(path))).toBe(false);
    expect((await registry.store.readBlob("acme/app", digest))?.equals(content)).toBe(true);
  });

  it("has no mounts: none is tried", async () => {
    registry.store.putBlob("acme/other", content);
    const mount = (profile: Partial<RegistryProfile>) =>
      repositoryWith(profile).blobs.mounting?.mount(digest, "acme/other");
    expect(await mount({ mount: false })).toBe("declined");
    expect(registry.log).toEqual([]);
    expect(await mount({})).toBe("mounted");
  });

  it("has a list of referrers that is not to be asked: the tag is, for reading and for writing", async () => {
    registry.addFault({ path: /\/referrers\//, times: 0, action: { kind: "status", status: 500 } });
    const remote = repositoryWith({ referrers: "tag" });
    const subject = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 3 } as never;
    const manifest = Buffer.from(
      JSON.stringify({ schemaVersion: 2, layers: [], subject, artifactType: "a/b" }),
    );
    const raw = {
      mediaType: "application/vnd.oci.image.manifest.v1+json" as never,
      digest: digestOf(manifest),
      bytes: manifest,
    };
    await remote.putManifest(raw, { subject });
    const found: string[] = [];
    for await (const referrer of remote.listReferrers(digest)) found.push(referrer.digest);
    expect(found).toEqual([raw.digest]);
    expect(registry.log.some(({ path }) => /\/referrers\//.test(path))).toBe(false);
  });

  it("bears few uploads at once: no more are sent", async () => {
    const { blobs } = repositoryWith({ concurrency: 2 });
    registry.setQuirks({ maxParallelUploads: 2 });
    const many = Array.from({ length: 10 }, (_, index) => sampleBytes(50_000, index + 2));
    await Promise.all(
      many.map((bytes) =>
        blobs.write(blobs.locate(digestOf(bytes)), countedSource(bytes), { digest: digestOf(bytes) }),
      ),
    );
    expect(registry.log.filter(({ status }) => status === 403)).toEqual([]);
  });
});

describe("without a profile that says so, an upload", () => {
  it("goes over to chunks where one body is too large", async () => {
    registry.setQuirks({ maxRequestBytes: MiB });
    await write({});
    expect((await registry.store.readBlob("acme/app", digest))?.equals(content)).toBe(true);
  });

  it("is TOO_LARGE where chunks add up to too much as well", async () => {
    registry.setQuirks({ maxBlobBytes: 2 * MiB });
    await expect(write({})).rejects.toMatchObject({ code: "TOO_LARGE" });
    expect(registry.store.uploads()).toEqual([]);
  });

  it("gets through among fewer where a crowd is denied", async () => {
    registry.setQuirks({ maxParallelUploads: 1 });
    const { blobs } = repositoryWith({});
    const many = Array.from({ length: 6 }, (_, index) => sampleBytes(200_000, index + 2));
    await Promise.all(
      many.map((bytes) =>
        blobs.write(blobs.locate(digestOf(bytes)), countedSource(bytes), { digest: digestOf(bytes) }),
      ),
    );
    for (const bytes of many)
      expect(registry.store.blob("acme/app", digestOf(bytes))?.size).toBe(bytes.length);
  });

  it("is measured by reading, where neither HEAD nor a range tells a length", async () => {
    registry.setQuirks({ blobLengthAbsent: true, range: "ignored" });
    registry.store.putBlob("acme/app", content);
    const { blobs } = repositoryWith({});
    expect((await blobs.stat(blobs.locate(digest)))?.size).toBe(content.length);
  });
});
