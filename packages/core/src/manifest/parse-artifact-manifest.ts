import {
  ANNOTATIONS,
  BaleError,
  type Descriptor,
  type Digest,
  isDigest,
  type JsonObject,
  type JsonValue,
  LIMITS,
  MEDIA_TYPES,
} from "@bale/spec";
import type { BundleManifest, ForeignManifest } from "./manifest-model.js";
import {
  type ManifestReading,
  parseAnnotations,
  parseDescriptor,
  usesOtherAlgorithm,
} from "./parse-descriptor.js";

function layerValues(json: JsonObject, { shape }: ManifestReading): readonly JsonValue[] {
  const value = json["layers"];
  // Some writers give null for an empty list.
  const layers = value === null ? [] : shape.array(value, "layers");
  if (layers.length > LIMITS.manifestLayers)
    throw new BaleError({
      code: "LIMIT",
      message: "the manifest refused",
      why: `it has ${layers.length} layers; at most ${LIMITS.manifestLayers} are read`,
    });
  return layers;
}

/** Layers that bale can use. One with a digest that it cannot check is left out, unless it has a title: then it is a file of the artifact. */
function parseLayers(json: JsonObject, reading: ManifestReading): readonly Descriptor[] {
  const layers: Descriptor[] = [];
  for (const [index, value] of layerValues(json, reading).entries()) {
    const where = `layers[${index}]`;
    const layer = reading.shape.object(value, where);
    if (usesOtherAlgorithm(layer)) {
      const annotations = parseAnnotations(layer["annotations"], `${where}.annotations`, reading);
      const title = annotations[ANNOTATIONS.title];
      if (title !== undefined)
        throw reading.unsupported(
          `the digest of ${JSON.stringify(title.slice(0, 200))} is no sha256, so that it cannot be checked`,
        );
    } else layers.push(parseDescriptor(value, where, reading));
  }
  return layers;
}

/** The root lies in the config or in one layer, known by its media type; in two places it would be ambiguous. */
function findRoot(
  config: Descriptor,
  layers: readonly Descriptor[],
  reading: ManifestReading,
): Descriptor | undefined {
  const roots = [config, ...layers].filter(({ mediaType }) => mediaType === MEDIA_TYPES.index);
  if (roots.length > 1) throw reading.invalid("it names more than one root");
  const root = roots[0];
  if (root && root.size > LIMITS.rootBytes)
    throw new BaleError({
      code: "LIMIT",
      message: "the manifest refused",
      why: `its root has ${root.size} bytes; at most ${LIMITS.rootBytes} are read`,
    });
  return root;
}

function parseLineage(
  annotations: Readonly<Record<string, string>>,
  reading: ManifestReading,
): { readonly contentDigest?: Digest; readonly parent?: Digest | "none" } {
  const content = annotations[ANNOTATIONS.content];
  const parent = annotations[ANNOTATIONS.parent];
  if (content !== undefined && !isDigest(content))
    throw reading.invalid(`the annotation ${ANNOTATIONS.content} is no digest`);
  if (parent !== undefined && parent !== "none" && !isDigest(parent))
    throw reading.invalid(`the annotation ${ANNOTATIONS.parent} is no digest`);
  return {
    ...(content === undefined ? {} : { contentDigest: content }),
    ...(parent === undefined ? {} : { parent }),
  };
}

/** A manifest with config and layers. `mayBeBundle`: a bundle is always an OCI manifest, never Docker's. */
export function parseArtifactManifest(
  json: JsonObject,
  reading: ManifestReading,
  options: { readonly mayBeBundle: boolean },
): BundleManifest | ForeignManifest {
  const config = parseDescriptor(json["config"], "config", reading);
  const layers = parseLayers(json, reading);
  const annotations = parseAnnotations(json["annotations"], "annotations", reading);
  const given = json["artifactType"];
  const artifactType =
    given === undefined || given === ""
      ? annotations[ANNOTATIONS.artifactType]
      : reading.shape.text(given, "artifactType");
  const type = artifactType === undefined ? {} : { artifactType };
  const root = options.mayBeBundle ? findRoot(config, layers, reading) : undefined;
  if (root === undefined) return { kind: "foreign", config, layers, ...type, annotations };
  return {
    kind: "bundle",
    envelope: root === config ? "native" : "compatible",
    root,
    config,
    layers,
    ...parseLineage(annotations, reading),
    ...type,
    annotations,
    exact: annotations[ANNOTATIONS.tree] === "exact",
  };
}
