import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  blobPath,
  call,
  emptyConfig,
  errorCode,
  manifestBytes,
  manifestPath,
  putManifest,
  repository,
} from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";
import type { Quirks } from "./quirks.js";

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startTestRegistry();
});
afterEach(() => registry.close());

const empty = { mediaType: "application/json", digest: digestOf(emptyConfig), size: 2 };
const imageConfig = "application/vnd.oci.image.config.v1+json";
const absent = { ...empty, digest: digestOf(Buffer.from("absent")) };
const nondistributable = {
  ...absent,
  mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar",
  urls: ["https://example.com/layer"],
};
const allow: Partial<Quirks> = { allowedTypes: [imageConfig] };

describe("manifest quirks", () => {
  it.each<[string, Partial<Quirks>, Record<string, unknown>, number, string]>([
    ["a lower limit", { manifestLimitBytes: 100 }, {}, 413, "MANIFEST_INVALID"],
    ["a limit with 400", { manifestLimitBytes: 9, manifestLimitStatus: 400 }, {}, 400, "MANIFEST_INVALID"],
    ["too many layers", { maxLayers: 2 }, { layers: [empty, empty, empty] }, 405, "UNSUPPORTED"],
    ["artifactType", { artifactTypeRefused: true }, { artifactType: "a/b" }, 400, "MANIFEST_INVALID"],
    ["a type off the list", allow, { artifactType: "a/b" }, 400, "MANIFEST_INVALID"],
    ["a config type off the list", allow, { config: empty }, 400, "MANIFEST_INVALID"],
    [
      "media type parameters",
      { mediaTypeParametersRefused: true },
      { layers: [{ ...empty, mediaType: "a/b;c=d" }] },
      400,
      "MANIFEST_INVALID",
    ],
    [
      "an empty config",
      { emptyConfigRefused: true },
      { config: { ...empty, size: 0 } },
      400,
      "MANIFEST_INVALID",
    ],
    [
      "nondistributable layers",
      { nondistributableFails: true },
      { layers: [nondistributable] },
      500,
      "UNKNOWN",
    ],
  ])("refuses %s", async (_, quirks, fields, status, code) => {
    registry.setQuirks(quirks);
    const bytes = manifestBytes(registry, fields);
    const response = await putManifest(registry, "v1", bytes);
    expect([response.status, await errorCode(response)]).toEqual([status, code]);
    registry.resetQuirks();
    expect((await putManifest(registry, "v1", bytes)).status).toBe(201);
  });

  it("the list of allowed types lets a plain image pass", async () => {
    registry.setQuirks(allow);
    const bytes = manifestBytes(registry, { config: { ...empty, mediaType: imageConfig } });
    expect((await putManifest(registry, "v1", bytes)).status).toBe(201);
  });

  it("accepts missing blobs, and a digest that is not the manifest's", async () => {
    registry.setQuirks({ missingBlobsAccepted: true, manifestDigestUnchecked: true });
    const bytes = manifestBytes(registry, { layers: [absent] });
    expect((await putManifest(registry, "v1", bytes)).status).toBe(201);
    expect((await putManifest(registry, absent.digest, bytes)).status).toBe(201);
    expect(registry.store.manifest(repository, absent.digest)?.bytes).toEqual(bytes);
  });

  it("ignores conditions on a tag", async () => {
    registry.setQuirks({ conditionalWritesIgnored: true });
    const put = (headers: Record<string, string>) =>
      putManifest(registry, "v1", manifestBytes(registry), headers);
    expect((await put({ "if-match": '"sha256:other"' })).status).toBe(201);
    expect((await put({ "if-none-match": "*" })).status).toBe(201);
  });

  it("keeps tags where they are, and takes the same manifest again", async () => {
    registry.setQuirks({ tagsImmutable: true });
    const bytes = manifestBytes(registry);
    await putManifest(registry, "v1", bytes);
    expect((await putManifest(registry, "v1", bytes)).status).toBe(201);
    const other = manifestBytes(registry, { annotations: { other: "yes" } });
    expect((await putManifest(registry, "v1", other)).status).toBe(400);
  });

  it("ignores tag parameters", async () => {
    registry.setQuirks({ tagParametersIgnored: true });
    const bytes = manifestBytes(registry);
    const response = await putManifest(registry, `${digestOf(bytes)}?tag=a`, bytes);
    expect([response.status, response.headers.get("oci-tag")]).toEqual([201, null]);
    expect(registry.store.tags(repository)).toEqual([]);
  });
});

describe("deletion quirks", () => {
  const remove = async (path: string) => (await call(registry, path, { method: "DELETE" })).status;

  it.each([
    ["unsupported", 405],
    ["not-found", 404],
    ["denied", 403],
  ] as const)("%s", async (deletion, status) => {
    registry.setQuirks({ deletion });
    const bytes = manifestBytes(registry);
    await putManifest(registry, "v1", bytes);
    expect(await remove(manifestPath("v1"))).toBe(status);
    expect(await remove(manifestPath(digestOf(bytes)))).toBe(status);
    expect(await remove(blobPath(empty.digest))).toBe(status);
    expect(registry.store.tags(repository)).toEqual(["v1"]);
  });

  it.each([
    ["bad-request", 400],
    ["unsupported", 405],
  ] as const)("by tag: %s", async (tagDeletion, status) => {
    registry.setQuirks({ tagDeletion });
    const bytes = manifestBytes(registry);
    await putManifest(registry, "v1", bytes);
    expect(await remove(manifestPath("v1"))).toBe(status);
    expect(await remove(manifestPath(digestOf(bytes)))).toBe(202);
  });

  it("only when untagged", async () => {
    registry.setQuirks({ untagBeforeDelete: true });
    const bytes = manifestBytes(registry);
    await putManifest(registry, "v1", bytes);
    expect(await remove(manifestPath(digestOf(bytes)))).toBe(400);
    expect(await remove(manifestPath("v1"))).toBe(202);
    expect(await remove(manifestPath(digestOf(bytes)))).toBe(202);
  });

  it("not while a manifest needs the blob", async () => {
    registry.setQuirks({ blobInUseKept: true });
    const bytes = manifestBytes(registry);
    await putManifest(registry, "v1", bytes);
    expect(await remove(blobPath(empty.digest))).toBe(405);
    await remove(manifestPath(digestOf(bytes)));
    expect(await remove(blobPath(empty.digest))).toBe(202);
  });
});
