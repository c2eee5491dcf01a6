import { ANNOTATIONS, LIMITS, MEDIA_TYPES, type MediaType, type RawManifest } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { sha256 } from "../node-ports.testing.js";
import { thrownCode } from "../thrown-code.testing.js";
import type { ImageIndex, ParsedManifest } from "./manifest-model.js";
import { imageIndexRefusal } from "./parse-image-index.js";
import { parseManifest } from "./parse-manifest.js";

type Loose = Record<string, unknown>;
const rawOf = (text: string, mediaType: MediaType = MEDIA_TYPES.manifest): RawManifest => {
  const bytes = new TextEncoder().encode(text);
  return { mediaType, digest: sha256(bytes), bytes };
};
const read = (json: Loose, mediaType?: MediaType): ParsedManifest =>
  parseManifest(rawOf(JSON.stringify(json), mediaType));
const codeOf = (json: Loose, mediaType?: MediaType): string => thrownCode(() => read(json, mediaType));

const descriptor = (change: Loose = {}): Loose => ({
  mediaType: "application/octet-stream",
  digest: sha256("blob"),
  size: 4,
  ...change,
});
const config = descriptor({ mediaType: MEDIA_TYPES.empty, size: 2 });
const titled = (title: string, change: Loose = {}): Loose =>
  descriptor({ annotations: { [ANNOTATIONS.title]: title }, ...change });
const foreign = (change: Loose = {}): Loose => ({
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.manifest,
  artifactType: "application/vnd.acme.thing",
  config,
  layers: [titled("a")],
  ...change,
});
const root = descriptor({ mediaType: MEDIA_TYPES.index, digest: sha256("root"), size: 300 });
const bundle = (change: Loose = {}): Loose =>
  foreign({ artifactType: MEDIA_TYPES.bundle, config: root, layers: [], ...change });
const sha512 = `sha512:${"a".repeat(128)}`;

describe("parseManifest", () => {
  it("reads another tool's artifact", () => {
    expect(read(foreign())).toEqual({
      kind: "foreign",
      config,
      layers: [titled("a")],
      artifactType: "application/vnd.acme.thing",
      annotations: {},
    });
    expect(read(foreign({ mediaType: undefined })).kind).toBe("foreign");
    expect(read(foreign({ layers: null, annotations: null }))).toMatchObject({ layers: [], annotations: {} });
  });

  it("reads Docker's second schema as another tool's artifact, whatever its config says", () => {
    const json = foreign({ mediaType: MEDIA_TYPES.dockerManifest, config: root });
    expect(read(json, MEDIA_TYPES.dockerManifest).kind).toBe("foreign");
  });

  it("finds the root in either place and in one only", () => {
    expect(read(bundle())).toMatchObject({ kind: "bundle", envelope: "native", root, config: root });
    const compatible = bundle({ config, layers: [titled("a"), root] });
    expect(read(compatible)).toMatchObject({ kind: "bundle", envelope: "compatible", root, config });
    expect(codeOf(bundle({ layers: [root] }))).toBe("MANIFEST_INVALID");
    expect(codeOf(bundle({ config, layers: [root, root] }))).toBe("MANIFEST_INVALID");
    expect(codeOf(bundle({ config: { ...root, size: LIMITS.rootBytes + 1 } }))).toBe("LIMIT");
  });

  it("takes the artifact type from the manifest, else from bale's annotation", () => {
    const annotations = { [ANNOTATIONS.artifactType]: "application/vnd.acme.kept" };
    expect(read(bundle({ annotations }))).toMatchObject({ artifactType: MEDIA_TYPES.bundle });
    expect(read(bundle({ annotations, artifactType: undefined }))).toMatchObject({
      artifactType: "application/vnd.acme.kept",
    });
    expect(read(bundle({ artifactType: undefined }))).not.toHaveProperty("artifactType");
  });

  it("reads lineage and exactness, and refuses a lineage that is no digest", () => {
    const annotations = {
      [ANNOTATIONS.content]: sha256("c"),
      [ANNOTATIONS.parent]: "none",
      [ANNOTATIONS.tree]: "exact",
    };
    expect(read(bundle({ annotations }))).toMatchObject({
      contentDigest: sha256("c"),
      parent: "none",
      exact: true,
    });
    expect(read(bundle())).toMatchObject({ exact: false });
    expect(codeOf(bundle({ annotations: { [ANNOTATIONS.content]: "none" } }))).toBe("MANIFEST_INVALID");
    expect(codeOf(bundle({ annotations: { [ANNOTATIONS.parent]: "sha256:../x" } }))).toBe("MANIFEST_INVALID");
  });

  it.each<[string, Loose, MediaType?]>([
    ["that is also an index", foreign({ manifests: [] })],
    [
      "that is an index with a config",
      { schemaVersion: 2, mediaType: MEDIA_TYPES.imageIndex, manifests: [], config },
      MEDIA_TYPES.imageIndex,
    ],
    [
      "that is an index with layers",
      { schemaVersion: 2, mediaType: MEDIA_TYPES.imageIndex, manifests: [], layers: [] },
      MEDIA_TYPES.imageIndex,
    ],
    ["of two schema versions", foreign({ fsLayers: [] })],
    ["served as an index", foreign(), MEDIA_TYPES.imageIndex],
    ["served as Docker's", foreign(), MEDIA_TYPES.dockerManifest],
    [
      "served as an index, without a type of its own",
      foreign({ mediaType: undefined }),
      MEDIA_TYPES.imageIndex,
    ],
    ["that is an index by content and a manifest by type", { schemaVersion: 2, manifests: [] }],
    ["with a media type that is no text", foreign({ mediaType: 7 })],
    ["without a schema version", foreign({ schemaVersion: undefined })],
    ["with a schema version in quotes", foreign({ schemaVersion: "2" })],
    ["without a config", foreign({ config: undefined })],
    ["without layers", foreign({ layers: undefined })],
    ["with layers in an object", foreign({ layers: {} })],
    ["with a layer that is null", foreign({ layers: [null] })],
    ["with a negative size", foreign({ layers: [descriptor({ size: -1 })] })],
    ["with half a byte", foreign({ layers: [descriptor({ size: 0.5 })] })],
    ["with a size of 2^60", foreign({ layers: [descriptor({ size: 2 ** 60 })] })],
    ["with a size in quotes", foreign({ layers: [descriptor({ size: "4" })] })],
    ["without a size", foreign({ layers: [descriptor({ size: undefined })] })],
    ["with a digest that is a path", foreign({ layers: [descriptor({ digest: "sha256:../../x" })] })],
    ["with a digest in upper case", foreign({ layers: [descriptor({ digest: sha256("x").toUpperCase() })] })],
    [
      "with a digest that is a path of another algorithm",
      foreign({ layers: [descriptor({ digest: "sha512:../x" })] }),
    ],
    [
      "with a digest of a megabyte",
      foreign({ layers: [descriptor({ digest: `sha256:${"a".repeat(1_000_000)}` })] }),
    ],
    ["without a digest", foreign({ layers: [descriptor({ digest: undefined })] })],
    ["with a layer of no media type", foreign({ layers: [descriptor({ mediaType: undefined })] })],
    ["with a layer of a bad media type", foreign({ layers: [descriptor({ mediaType: "a b" })] })],
    ["with an annotation that is no text", foreign({ annotations: { a: 1 } })],
    [
      "with a layer's annotation that is no text",
      foreign({ layers: [descriptor({ annotations: { a: null } })] }),
    ],
    ["with annotations in a list", foreign({ annotations: [] })],
    ["with an artifact type that is no text", foreign({ artifactType: 1 })],
  ])("refuses a manifest %s", (_name, json, mediaType) => {
    expect(codeOf(json, mediaType)).toBe("MANIFEST_INVALID");
  });

  it("refuses a size that JSON cannot hold and a key given twice", () => {
    const text = JSON.stringify(foreign());
    for (const size of ["NaN", "Infinity", "1e999", "04"])
      expect(thrownCode(() => parseManifest(rawOf(text.replace('"size":4', `"size":${size}`))))).toBe(
        "MANIFEST_INVALID",
      );
    const twice = `${text.slice(0, -1)},"layers":[]}`;
    expect(thrownCode(() => parseManifest(rawOf(twice)))).toBe("MANIFEST_INVALID");
  });

  it("refuses manifests of kinds that it does not know", () => {
    const one = { schemaVersion: 1, name: "x", tag: "y", fsLayers: [] };
    expect(codeOf(one, "application/vnd.docker.distribution.manifest.v1+json" as MediaType)).toBe(
      "MANIFEST_UNSUPPORTED",
    );
    expect(codeOf(one)).toBe("MANIFEST_UNSUPPORTED");
    expect(codeOf(foreign({ schemaVersion: 3 }))).toBe("MANIFEST_UNSUPPORTED");
    const artifact = "application/vnd.oci.artifact.manifest.v1+json" as MediaType;
    expect(codeOf(foreign({ mediaType: artifact }), artifact)).toBe("MANIFEST_UNSUPPORTED");
  });

  it("refuses a file whose digest it cannot check, and leaves out such a layer that is no file", () => {
    expect(codeOf(foreign({ layers: [titled("a", { digest: sha512 })] }))).toBe("MANIFEST_UNSUPPORTED");
    expect(read(foreign({ layers: [descriptor({ digest: sha512 }), titled("a")] }))).toMatchObject({
      layers: [titled("a")],
    });
    expect(codeOf(foreign({ config: descriptor({ digest: sha512 }) }))).toBe("MANIFEST_UNSUPPORTED");
  });

  it("keeps nothing of urls and inline data", () => {
    const layer = descriptor({ urls: ["https://elsewhere.example/blob"], data: "YQ==" });
    expect(read(foreign({ layers: [layer] }))).toMatchObject({ layers: [descriptor()] });
    const parsed = read(foreign({ layers: [layer] })) as { readonly layers: readonly object[] };
    expect(Object.keys(parsed.layers[0] ?? {}).sort()).toEqual(["digest", "mediaType", "size"]);
  });

  it("stays within its limits", () => {
    expect(thrownCode(() => parseManifest(rawOf(" ".repeat(LIMITS.manifestBytes + 1))))).toBe("LIMIT");
    expect(thrownCode(() => parseManifest(rawOf("[".repeat(200_000))))).toBe("LIMIT");
    const layers = new Array(LIMITS.manifestLayers + 1).fill(descriptor());
    expect(codeOf(foreign({ layers }))).toBe("LIMIT");
    expect(codeOf({ schemaVersion: 2, manifests: layers }, MEDIA_TYPES.imageIndex)).toBe("LIMIT");
    expect(thrownCode(() => parseManifest(rawOf(`{"layers":[${"[],".repeat(LIMITS.jsonValues)}[]]}`)))).toBe(
      "LIMIT",
    );
  });

  it("gives an index with its platforms, for whoever refuses it or picks one", () => {
    const platform = (os: string, architecture: string, variant?: string): Loose => ({
      platform: { os, architecture, variant },
    });
    const json = {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.imageIndex,
      manifests: [
        descriptor(platform("linux", "amd64")),
        descriptor(platform("linux", "arm64", "v8")),
        descriptor(),
        descriptor(platform("linux", "a\u001bm64")),
        descriptor({ digest: sha512 }),
      ],
    };
    const index = read(json, MEDIA_TYPES.imageIndex) as ImageIndex;
    expect(index.kind).toBe("index");
    expect(index.manifests.map((each) => each.platform)).toEqual([
      "linux/amd64",
      "linux/arm64/v8",
      undefined,
      undefined,
    ]);
    const refusal = imageIndexRefusal(index);
    expect(refusal.code).toBe("MANIFEST_UNSUPPORTED");
    expect(refusal.why).toContain("linux/amd64, linux/arm64/v8");
    expect(refusal.fix).toContain("--platform linux/amd64");
    expect(imageIndexRefusal({ kind: "index", manifests: [] }).fix).toContain("digest");
  });
});
