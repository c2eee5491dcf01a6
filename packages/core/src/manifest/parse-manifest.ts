import { BaleError, type JsonObject, LIMITS, MEDIA_TYPES, type RawManifest } from "@bale/spec";
import { createJsonShape } from "../json/json-shape.js";
import { parseJson } from "../json/parse-json.js";
import type { ParsedManifest } from "./manifest-model.js";
import { parseArtifactManifest } from "./parse-artifact-manifest.js";
import type { ManifestReading } from "./parse-descriptor.js";
import { parseImageIndex } from "./parse-image-index.js";

const WHAT = "the manifest";

const reading = (): ManifestReading => {
  const invalid = (why: string): BaleError =>
    new BaleError({ code: "MANIFEST_INVALID", message: `${WHAT} refused`, why });
  const unsupported = (why: string): BaleError =>
    new BaleError({ code: "MANIFEST_UNSUPPORTED", message: `${WHAT} refused`, why });
  return { shape: createJsonShape(invalid), invalid, unsupported };
};

/** One document that could be read as two is the attack of CVE-2021-41190: what was checked would not be what is used. */
function checkUnambiguous(
  json: JsonObject,
  raw: RawManifest,
  { invalid, unsupported }: ManifestReading,
): void {
  if ("manifests" in json && ("layers" in json || "config" in json || "fsLayers" in json))
    throw invalid("it could be read as a manifest and as an index");
  if ("fsLayers" in json && "layers" in json)
    throw invalid("it could be read as a manifest of two schema versions");
  const mediaType = json["mediaType"];
  if (mediaType !== undefined && mediaType !== raw.mediaType)
    throw invalid(
      `it says it is ${JSON.stringify(String(mediaType).slice(0, 120))}, but was served as ${JSON.stringify(raw.mediaType)}`,
    );
  const version = json["schemaVersion"];
  if (version === 1 || raw.mediaType.startsWith("application/vnd.docker.distribution.manifest.v1"))
    throw unsupported("it has Docker's schema version 1, which cannot be checked by digest");
  if (typeof version !== "number") throw invalid("it has no schemaVersion");
  if (version !== 2) throw unsupported(`it has schema version ${version}`);
}

/**
 * Reads a manifest of anybody's making: a bundle, another tool's artifact, or an index of manifests. The bytes have been checked against
 * their digest. Nothing is re-serialised.
 * @throws BaleError `MANIFEST_INVALID`, `MANIFEST_UNSUPPORTED`, `LIMIT`
 */
export function parseManifest(raw: RawManifest): ParsedManifest {
  const state = reading();
  const json = state.shape.object(
    parseJson(raw.bytes, {
      maxBytes: LIMITS.manifestBytes,
      maxValues: LIMITS.manifestValues,
      what: WHAT,
      code: "MANIFEST_INVALID",
    }),
    "it",
  );
  checkUnambiguous(json, raw, state);
  switch (raw.mediaType) {
    case MEDIA_TYPES.manifest:
      return parseArtifactManifest(json, state, { mayBeBundle: true });
    case MEDIA_TYPES.dockerManifest:
      return parseArtifactManifest(json, state, { mayBeBundle: false });
    case MEDIA_TYPES.imageIndex:
    case MEDIA_TYPES.dockerManifestList:
      return parseImageIndex(json, state);
    default:
      throw state.unsupported(`its media type is ${JSON.stringify(raw.mediaType)}`);
  }
}
