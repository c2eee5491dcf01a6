import { exitCodeOf } from "@bale/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "../bench.testing.js";
import { type HandmadeBundle, MANIFEST, type Place, putBundle } from "./handmade.testing.js";
import { openTrap, type Trap } from "./trap.testing.js";

let trap: Trap;
beforeAll(async () => {
  trap = await openTrap();
});
afterAll(() => trap[Symbol.asyncDispose]());

const INDEX = "application/vnd.oci.image.index.v1+json";
let cases = 0;
const bundle = (more: Partial<HandmadeBundle>): HandmadeBundle => ({
  layers: { default: [{ path: `f${++cases}` }] },
  ...more,
});
const edited = (editManifest: (manifest: Record<string, unknown>) => void): Promise<readonly string[]> =>
  trap.meet((place) => putBundle(place, bundle({ editManifest })));
const rewritten = (editManifestText: (text: string) => string): Promise<readonly string[]> =>
  trap.meet((place) => putBundle(place, bundle({ editManifestText })));
const served = (text: string, mediaType = MANIFEST): Promise<readonly string[]> =>
  trap.meet(
    (place) =>
      void place.store.putManifest(place.repository, Buffer.from(text), { mediaType, tag: place.tag }),
  );

describe("ambiguous manifests", () => {
  it.each<[string, (manifest: Record<string, unknown>) => unknown]>([
    ["manifest and index at once", (manifest) => Object.assign(manifest, { manifests: [] })],
    ["another media type than it was served as", (manifest) => Object.assign(manifest, { mediaType: INDEX })],
    ["two roots", (manifest) => void (manifest["layers"] as unknown[]).push(manifest["config"])],
    ["no schema version", (manifest) => Reflect.deleteProperty(manifest, "schemaVersion")],
    ["schema version 1", (manifest) => Object.assign(manifest, { schemaVersion: 1 })],
    ["schema version 3", (manifest) => Object.assign(manifest, { schemaVersion: 3 })],
    ["schema version as text", (manifest) => Object.assign(manifest, { schemaVersion: "2" })],
    ["layers that are no list", (manifest) => Object.assign(manifest, { layers: {} })],
    [
      "a layer without a size",
      (manifest) =>
        Object.assign(manifest, { layers: [{ mediaType: "a/b", digest: `sha256:${"0".repeat(64)}` }] }),
    ],
    ["a negative size", (manifest) => Object.assign(manifest["config"] as object, { size: -1 })],
    ["a size of 2^60", (manifest) => Object.assign(manifest["config"] as object, { size: 2 ** 60 })],
    ["a root beyond 1 MiB", (manifest) => Object.assign(manifest["config"] as object, { size: 2 ** 20 + 1 })],
    [
      "a digest that is a path",
      (manifest) => Object.assign(manifest["config"] as object, { digest: "sha256:../../../../x" }),
    ],
    [
      "a digest in upper case",
      (manifest) => Object.assign(manifest["config"] as object, { digest: `sha256:${"A".repeat(64)}` }),
    ],
    [
      "a parent that is a path",
      (manifest) => Object.assign(manifest["annotations"] as object, { "dev.bale.parent": "../../x" }),
    ],
    ["annotations that are no texts", (manifest) => Object.assign(manifest, { annotations: { a: 1 } })],
  ])("%s", async (_name, edit) => {
    await edited(edit);
  });

  it.each<[string, (text: string) => string]>([
    ["double keys", (text) => text.replace('"schemaVersion":2', '"schemaVersion":2,"schemaVersion":2')],
    ["a second list of layers", (text) => text.replace(/\}$/, ',"layers":[]}')],
    ["depth 200,000", (text) => text.replace(/\}$/, `,"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`)],
    ["NaN", (text) => text.replace(/"size":\d+/, '"size":NaN')],
    ["rubbish behind it", (text) => `${text}]`],
    ["nothing at all", () => ""],
    ["no JSON", () => "\u0000\u0001"],
  ])("%s", async (_name, edit) => {
    await rewritten(edit);
  });

  it("a manifest of 5 MiB", async () => {
    expect(await rewritten((text) => text.replace(/\}$/, `,"x":"${"x".repeat(5 * 1024 * 1024)}"}`))).toEqual([
      "LIMIT",
    ]);
  });

  it("10,001 layers", async () => {
    const layer = `{"mediaType":"a/b","size":1,"digest":"sha256:${"0".repeat(64)}"}`;
    const config = `{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"sha256:${"0".repeat(64)}"}`;
    expect(
      await served(
        `{"schemaVersion":2,"mediaType":"${MANIFEST}","config":${config},"layers":[${Array.from({ length: 10_001 }, () => layer).join(",")}]}`,
      ),
    ).toEqual(["LIMIT"]);
  });
});

describe("manifests of other kinds", () => {
  it("an image index is refused with the list of its platforms, unless one is chosen", async () => {
    const { bench } = trap;
    const place: Place = { store: bench.registry.store, repository: "acme/multi", tag: "arm" };
    const digest = putBundle(place, bundle({}));
    const size = place.store.manifest(place.repository, digest)?.bytes.length;
    const entry = { mediaType: MANIFEST, digest, size, platform: { os: "linux", architecture: "arm64" } };
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [entry] }));
    place.store.putManifest(place.repository, index, { mediaType: INDEX, tag: "v1" });
    const reference = bench.reference("v1", place.repository);
    const refused = await failureOf(bench.clone("multi", { reference }));
    expect([refused.code, exitCodeOf(refused)]).toEqual(["MANIFEST_UNSUPPORTED", 10]);
    expect(`${refused.why}`).toContain("linux/arm64");
    expect(
      Object.keys((await bench.clone("multi", { reference, platform: "linux/arm64" })).disk()),
    ).toHaveLength(1);
  });

  it("an index of 100,000 manifests, and one that names itself", async () => {
    const entry = `{"mediaType":"${MANIFEST}","size":1,"digest":"sha256:${"0".repeat(64)}"}`;
    await served(
      `{"schemaVersion":2,"mediaType":"${INDEX}","manifests":[${Array.from({ length: 30_000 }, () => entry).join(",")}]}`,
      INDEX,
    );
  });

  it.each([
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
    "text/html",
    "application/json",
  ])("served as %s", async (mediaType) => {
    await served('{"schemaVersion":1,"name":"x","tag":"v1","fsLayers":[],"history":[]}', mediaType);
  });

  it("an image without titles", async () => {
    const layer = `{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":1,"digest":"sha256:${"0".repeat(64)}"}`;
    const config = `{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"sha256:${"0".repeat(64)}"}`;
    expect(
      await served(`{"schemaVersion":2,"mediaType":"${MANIFEST}","config":${config},"layers":[${layer}]}`),
    ).toEqual(["MANIFEST_UNSUPPORTED"]);
  });
});
