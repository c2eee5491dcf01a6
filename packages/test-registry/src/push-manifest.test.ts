import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  call,
  errorCode,
  indexType,
  manifestBytes,
  manifestPath,
  manifestType,
  putManifest,
  repository,
} from "./client.testing.js";
import { digestOf } from "./digest.js";
import { startTestRegistry, type TestRegistry } from "./test-registry.js";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

const absent = { mediaType: "application/octet-stream", digest: digestOf(Buffer.from("absent")), size: 6 };

describe("pushing manifests", () => {
  it("stores a manifest and moves the tag", async () => {
    const [old, fresh] = ["1", "2"].map((version) => manifestBytes(registry, { annotations: { version } }));
    await putManifest(registry, "v1", old ?? Buffer.alloc(0));
    const response = await putManifest(registry, "v1", fresh ?? Buffer.alloc(0));
    expect(response.status).toBe(201);
    expect(response.headers.get("docker-content-digest")).toBe(digestOf(fresh ?? Buffer.alloc(0)));
    expect(registry.store.resolveTag(repository, "v1")).toBe(digestOf(fresh ?? Buffer.alloc(0)));
    expect(registry.store.manifest(repository, digestOf(old ?? Buffer.alloc(0)))).toBeDefined();
  });

  it("takes several tags with a push by digest", async () => {
    const bytes = manifestBytes(registry, { annotations: { tags: "many" } });
    const response = await putManifest(registry, `${digestOf(bytes)}?tag=a&tag=b`, bytes);
    expect([response.status, response.headers.get("oci-tag")]).toEqual([201, "a, b"]);
    expect(registry.store.resolveTag(repository, "b")).toBe(digestOf(bytes));
  });

  it("ignores parameters of Content-Type", async () => {
    const type = { "content-type": `${manifestType}; charset=utf-8` };
    expect((await putManifest(registry, "parameters", manifestBytes(registry), type)).status).toBe(201);
    expect(registry.store.manifest(repository, "parameters")?.mediaType).toBe(manifestType);
  });

  it.each([
    ["a missing layer", { layers: [absent] }, "MANIFEST_BLOB_UNKNOWN"],
    ["a missing config", { config: absent }, "MANIFEST_BLOB_UNKNOWN"],
    ["another mediaType than Content-Type", { mediaType: indexType }, "MANIFEST_INVALID"],
    ["both layers and manifests", { manifests: [] }, "MANIFEST_INVALID"],
    ["layers that are no list", { layers: {} }, "MANIFEST_INVALID"],
  ])("refuses %s", async (_, fields, code) => {
    const response = await putManifest(registry, "refused", manifestBytes(registry, fields));
    expect([response.status, await errorCode(response)]).toEqual([400, code]);
    expect(registry.store.resolveTag(repository, "refused")).toBeUndefined();
  });

  it("refuses what is no JSON, a wrong digest and an index with a missing child", async () => {
    expect(await errorCode(await putManifest(registry, "x", Buffer.from("{")))).toBe("MANIFEST_INVALID");
    const bytes = manifestBytes(registry);
    expect(await errorCode(await putManifest(registry, absent.digest, bytes))).toBe("DIGEST_INVALID");
    const index = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [absent] }),
    );
    const response = await putManifest(registry, "x", index, { "content-type": indexType });
    expect(await errorCode(response)).toBe("MANIFEST_BLOB_UNKNOWN");
  });

  it("takes a nondistributable layer that it does not have", async () => {
    const mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    const layers = [{ ...absent, mediaType, urls: ["https://example.com/layer"] }];
    expect((await putManifest(registry, "foreign", manifestBytes(registry, { layers }))).status).toBe(201);
  });

  it("takes 4 MiB and refuses one byte more with 413", async () => {
    const base = manifestBytes(registry, { annotations: { fill: "" } });
    const fill = (size: number) => {
      const padding = "x".repeat(size - base.length);
      return manifestBytes(registry, { annotations: { fill: padding } });
    };
    expect((await putManifest(registry, "full", fill(4 * 1024 * 1024))).status).toBe(201);
    expect((await putManifest(registry, "over", fill(4 * 1024 * 1024 + 1))).status).toBe(413);
  });

  it("honours conditions on a tag", async () => {
    const bytes = manifestBytes(registry, { annotations: { conditional: "yes" } });
    const put = (headers: Record<string, string>) => putManifest(registry, "conditional", bytes, headers);
    expect((await put({ "if-match": `"${digestOf(bytes)}"` })).status).toBe(412);
    expect((await put({ "if-none-match": "*" })).status).toBe(201);
    expect((await put({ "if-none-match": "*" })).status).toBe(412);
    expect((await put({ "if-match": '"sha256:other"' })).status).toBe(412);
    expect((await put({ "if-match": `"${digestOf(bytes)}"` })).status).toBe(201);
  });

  it("deletes a tag alone, and a manifest with its tags", async () => {
    const bytes = manifestBytes(registry, { annotations: { deleted: "soon" } });
    for (const tag of ["one", "two"]) await putManifest(registry, tag, bytes);
    const remove = (reference: string) => call(registry, manifestPath(reference), { method: "DELETE" });
    expect((await remove("one")).status).toBe(202);
    expect(registry.store.manifest(repository, "two")).toBeDefined();
    expect((await remove(digestOf(bytes))).status).toBe(202);
    expect(registry.store.resolveTag(repository, "two")).toBeUndefined();
    expect((await remove("two")).status).toBe(404);
  });
});
