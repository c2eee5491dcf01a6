import { BaleError, type Descriptor, type JsonObject, MEDIA_TYPES, type RawManifest } from "@bale/spec";
import { readDescriptor } from "./parse-descriptor.js";
import { isJsonObject, parseDocument } from "./parse-document.js";
import { sha256 } from "./sha256.js";

/** @throws BaleError `MANIFEST_INVALID` when the bytes are no image index */
export function readReferrersIndex(bytes: Uint8Array): readonly Descriptor[] {
  const manifests = indexOf(bytes)["manifests"];
  const entries = Array.isArray(manifests) ? manifests : [];
  return entries.map(readDescriptor).filter((descriptor) => descriptor !== undefined);
}

function indexOf(bytes: Uint8Array): JsonObject {
  const index = parseDocument(bytes, "the list of referrers", "MANIFEST_INVALID");
  if (Array.isArray(index["manifests"]) && index["layers"] === undefined && index["config"] === undefined)
    return index;
  throw new BaleError({
    code: "MANIFEST_INVALID",
    message: "the list of referrers is no image index",
    why: "a referrers list has the member manifests, and neither layers nor config",
  });
}

/** The list with `referrer` in it, other entries and unknown members kept; `undefined` when it is there already. */
export function mergeReferrer(
  previous: Uint8Array | undefined,
  referrer: Descriptor,
): RawManifest | undefined {
  const index: JsonObject =
    previous === undefined
      ? { schemaVersion: 2, mediaType: MEDIA_TYPES.imageIndex, manifests: [] }
      : indexOf(previous);
  const manifests = index["manifests"] as readonly JsonObject[];
  if (manifests.some((entry) => isJsonObject(entry) && entry["digest"] === referrer.digest)) return undefined;
  const merged = { ...index, manifests: [...manifests, referrer] };
  const bytes = new TextEncoder().encode(JSON.stringify(merged));
  return { mediaType: MEDIA_TYPES.imageIndex, digest: sha256(bytes), bytes };
}
