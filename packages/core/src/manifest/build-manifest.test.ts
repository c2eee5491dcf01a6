import {
  ANNOTATIONS,
  type BundlePath,
  type Digest,
  type LayerName,
  LIMITS,
  MEDIA_TYPES,
  type MediaType,
  parseBundlePath,
  type RawManifest,
} from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../node-ports.testing.js";
import { thrownCode } from "../thrown-code.testing.js";
import { buildManifest } from "./build-manifest.js";
import { COMPATIBLE_CONFIG, compatibleConfigBytes } from "./compatible-config.js";
import type { BundleManifest, ManifestBlob, ManifestInput } from "./manifest-model.js";
import { parseManifest } from "./parse-manifest.js";
import { userAnnotations } from "./user-annotations.js";

const digest = (name: string): Digest => sha256(name);
const layer = (name: string): LayerName => name as LayerName;
const path = (text: string): BundlePath => parseBundlePath(text);
const whole = (name: string, layerName: string, ...titles: string[]): ManifestBlob => ({
  digest: digest(name),
  size: 5,
  layer: layer(layerName),
  kind: { type: "file", titles: titles.map(path) },
});
const pack = (name: string, layerName: string, exact = false, compressed = true): ManifestBlob => ({
  digest: digest(name),
  size: 50,
  layer: layer(layerName),
  kind: { type: "pack", compressed, ...(exact ? { exactTarDigest: digest(`${name} tar`) } : {}) },
});
const input = (change: Partial<ManifestInput> = {}): ManifestInput => ({
  envelope: "native",
  root: { mediaType: MEDIA_TYPES.index, digest: digest("root"), size: 300 },
  tables: [
    { ref: { digest: digest("t2"), size: 20, files: 1, first: path("m") }, layer: layer("code") },
    { ref: { digest: digest("t0"), size: 20, files: 1, first: path("z") }, layer: layer("bale") },
    { ref: { digest: digest("t1"), size: 20, files: 1, first: path("a") }, layer: layer("code") },
  ],
  blobs: [whole("w1", "data", "b/two", "a/one"), pack("p1", "code"), whole("w2", "code", "model.bin")],
  contentDigest: digest("content"),
  parent: "none",
  annotations: { [ANNOTATIONS.version]: "1.2.0", note: "for the field team" },
  ...change,
});

interface Json {
  readonly artifactType?: string;
  readonly config: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly layers: readonly {
    readonly mediaType: string;
    readonly digest: string;
    readonly annotations?: Record<string, string>;
  }[];
  readonly annotations: Record<string, string>;
}
const jsonOf = (bytes: Uint8Array): Json => JSON.parse(new TextDecoder().decode(bytes)) as Json;
const raw = (bytes: Uint8Array): RawManifest => ({
  mediaType: MEDIA_TYPES.manifest,
  digest: sha256(bytes),
  bytes,
});

describe("buildManifest", () => {
  it("names the root as config, tables by layer and first path, then blobs, a descriptor a title", () => {
    const { bytes, artifactType } = buildManifest(input());
    const json = jsonOf(bytes);
    expect(artifactType).toBe(MEDIA_TYPES.bundle);
    expect(json.artifactType).toBe(MEDIA_TYPES.bundle);
    expect(json.config).toEqual({ mediaType: MEDIA_TYPES.index, digest: digest("root"), size: 300 });
    expect(json.layers.slice(0, 3).map((each) => each.digest)).toEqual([
      digest("t0"),
      digest("t1"),
      digest("t2"),
    ]);
    expect(json.layers.slice(0, 3).every((each) => each.mediaType === MEDIA_TYPES.table)).toBe(true);
    const blobs = json.layers
      .slice(3)
      .map((each) => [
        each.annotations?.[ANNOTATIONS.layer],
        each.mediaType,
        each.annotations?.[ANNOTATIONS.title],
      ]);
    expect(blobs.filter(([name]) => name === "data")).toEqual([
      ["data", MEDIA_TYPES.octets, "a/one"],
      ["data", MEDIA_TYPES.octets, "b/two"],
    ]);
    expect(blobs.filter(([name]) => name === "code")).toContainEqual(["code", MEDIA_TYPES.pack, undefined]);
    expect(blobs.map(([name]) => name)).toEqual(["code", "code", "data", "data"]);
    expect(json.annotations).toEqual({
      [ANNOTATIONS.content]: digest("content"),
      [ANNOTATIONS.parent]: "none",
      [ANNOTATIONS.version]: "1.2.0",
      note: "for the field team",
    });
  });

  it("gives the same bytes in whatever order tables, blobs, titles and annotations come", () => {
    const blobs = [
      pack("p1", "code", true),
      pack("p2", "code", true),
      pack("p3", "data", true),
      whole("w1", "data", "x", "y"),
      whole("w2", "code"),
    ];
    const { bytes } = buildManifest(input({ blobs }));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(blobs, { minLength: blobs.length }),
        fc.shuffledSubarray([...input().tables], { minLength: 3 }),
        (shuffled, tables) => {
          const annotations = Object.fromEntries(Object.entries(input().annotations).reverse());
          expect(buildManifest(input({ blobs: shuffled, tables, annotations })).bytes).toEqual(bytes);
        },
      ),
    );
  });

  it("gives exact packs distinct titles that all mean the root, and other packs none", () => {
    const blobs = [
      pack("p1", "a", true),
      pack("p2", "b", false),
      pack("p3", "c", true),
      pack("p4", "d", true, false),
    ];
    const json = jsonOf(buildManifest(input({ blobs, tree: "exact" })).bytes);
    const packs = json.layers.slice(3);
    expect(packs.map((each) => each.annotations?.[ANNOTATIONS.title])).toEqual([
      ".",
      undefined,
      "./.",
      "././.",
    ]);
    expect(packs.map((each) => each.annotations?.[ANNOTATIONS.unpack])).toEqual([
      "true",
      undefined,
      "true",
      "true",
    ]);
    expect(packs.map((each) => each.annotations?.[ANNOTATIONS.unpackDigest])).toEqual([
      digest("p1 tar"),
      undefined,
      digest("p3 tar"),
      digest("p4 tar"),
    ]);
    expect(packs.map((each) => each.mediaType)).toEqual([
      MEDIA_TYPES.pack,
      MEDIA_TYPES.pack,
      MEDIA_TYPES.pack,
      MEDIA_TYPES.tar,
    ]);
    expect(json.annotations[ANNOTATIONS.tree]).toBe("exact");
  });

  it("keeps the configured type in the compatible envelope as an annotation, and the root as first layer", () => {
    const artifactType = "application/vnd.acme.model.v1" as MediaType;
    const built = buildManifest(input({ envelope: "compatible", artifactType }));
    const json = jsonOf(built.bytes);
    expect(built.artifactType).toBeUndefined();
    expect(json.artifactType).toBeUndefined();
    expect(json.annotations[ANNOTATIONS.artifactType]).toBe(artifactType);
    expect(json.config.mediaType).toBe(MEDIA_TYPES.imageConfig);
    expect(json.layers[0]).toEqual({ mediaType: MEDIA_TYPES.index, digest: digest("root"), size: 300 });
    const plain = jsonOf(buildManifest(input({ envelope: "compatible" })).bytes);
    expect(plain.annotations[ANNOTATIONS.artifactType]).toBeUndefined();
  });

  it("reads back as what it was built from, in both envelopes", () => {
    for (const envelope of ["native", "compatible"] as const) {
      const artifactType = "application/vnd.acme.model.v1" as MediaType;
      const parent = digest("parent");
      const { bytes } = buildManifest(input({ envelope, artifactType, parent, tree: "exact" }));
      const parsed = parseManifest(raw(bytes)) as BundleManifest;
      expect(parsed).toMatchObject({
        kind: "bundle",
        envelope,
        artifactType,
        parent,
        contentDigest: digest("content"),
        exact: true,
        root: { digest: digest("root"), size: 300 },
      });
      expect(parsed.layers).toHaveLength(envelope === "native" ? 7 : 8);
      expect(userAnnotations(parsed.annotations)).toEqual(input().annotations);
    }
  });

  it("refuses annotations of bale's own keys and those that no reader takes", () => {
    for (const key of [ANNOTATIONS.parent, "dev.bale.anything", "constructor", ""])
      expect(thrownCode(() => buildManifest(input({ annotations: { [key]: "x" } })))).toBe("CONFIG_INVALID");
  });

  it("refuses to pass what registries take", () => {
    const annotations = { note: "x".repeat(LIMITS.manifestBytes) };
    expect(thrownCode(() => buildManifest(input({ annotations })))).toBe("REGISTRY_LIMIT");
    const blobs = Array.from({ length: LIMITS.manifestLayers + 1 }, (_, index) =>
      whole("w", "data", `f${index}`),
    );
    expect(thrownCode(() => buildManifest(input({ blobs })))).toBe("REGISTRY_LIMIT");
  });
});

describe("compatibleConfigBytes", () => {
  it("is a valid minimal image config that its descriptor names", () => {
    const bytes = compatibleConfigBytes();
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({
      architecture: "unknown",
      os: "unknown",
      config: {},
      rootfs: { type: "layers", diff_ids: [] },
    });
    expect(COMPATIBLE_CONFIG).toEqual({
      mediaType: MEDIA_TYPES.imageConfig,
      digest: sha256(bytes),
      size: bytes.length,
    });
  });
});
