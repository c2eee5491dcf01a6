import { ANNOTATIONS, BaleError, type JsonObject, LIMITS, MEDIA_TYPES } from "@bale/spec";
import { canonicalJson } from "../json/canonical-json.js";
import { COMPATIBLE_CONFIG } from "./compatible-config.js";
import { manifestLayers } from "./manifest-layers.js";
import type { BuiltManifest, ManifestInput } from "./manifest-model.js";
import { isOwnAnnotation } from "./user-annotations.js";

const UNREADABLE_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

function checkUserAnnotations(annotations: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(annotations)) {
    if (key !== "" && !isOwnAnnotation(key) && !UNREADABLE_KEYS.has(key)) continue;
    throw new BaleError({
      code: "CONFIG_INVALID",
      message: `the annotation ${JSON.stringify(key)} cannot be set`,
      why: isOwnAnnotation(key)
        ? "keys that begin with dev.bale. are bale's own"
        : "no reader takes this key",
      context: { annotation: key },
    });
  }
}

function annotationsOf(input: ManifestInput): JsonObject {
  return {
    ...input.annotations,
    [ANNOTATIONS.content]: input.contentDigest,
    [ANNOTATIONS.parent]: input.parent,
    ...(input.tree === undefined ? {} : { [ANNOTATIONS.tree]: input.tree }),
    ...(input.envelope === "compatible" && input.artifactType !== undefined
      ? { [ANNOTATIONS.artifactType]: input.artifactType }
      : {}),
  };
}

function tooLarge(why: string): BaleError {
  return new BaleError({
    code: "REGISTRY_LIMIT",
    message: "the manifest would be too large",
    why,
    fix: "pack more files together: raise pack.smallerThan, or run `bale repack REF`",
  });
}

/**
 * The bytes of a bundle's manifest: the same input gives the same bytes, in whatever order tables and blobs come.
 * @throws BaleError `REGISTRY_LIMIT` past `LIMITS.manifestBytes` or `LIMITS.manifestLayers`, `CONFIG_INVALID` for an annotation that cannot be set
 */
export function buildManifest(input: ManifestInput): BuiltManifest {
  checkUserAnnotations(input.annotations);
  const layers = manifestLayers(input);
  if (layers.length > LIMITS.manifestLayers)
    throw tooLarge(
      `it would have ${layers.length} manifest layers; at most ${LIMITS.manifestLayers} are read`,
    );
  const isNative = input.envelope === "native";
  const artifactType = isNative ? (input.artifactType ?? MEDIA_TYPES.bundle) : undefined;
  const config = isNative ? { ...input.root, mediaType: MEDIA_TYPES.index } : COMPATIBLE_CONFIG;
  const bytes = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    ...(artifactType === undefined ? {} : { artifactType }),
    config: { mediaType: config.mediaType, digest: config.digest, size: config.size },
    layers,
    annotations: annotationsOf(input),
  });
  if (bytes.length > LIMITS.manifestBytes)
    throw tooLarge(`it would have ${bytes.length} bytes; registries take ${LIMITS.manifestBytes}`);
  return { bytes, artifactType };
}
