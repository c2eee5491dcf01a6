import { type Digest, type JsonObject, MEDIA_TYPES, type MediaType, type RawManifest } from "@bale/spec";
import { sha256 } from "../sha256.js";

interface BlobName {
  readonly digest: Digest;
  readonly size: number;
}
export interface ManifestParts {
  readonly envelope: "native" | "compatible";
  readonly blob: BlobName;
  readonly artifactType?: MediaType | undefined;
  /** Members to put over those that the envelope has. */
  readonly change?: JsonObject | undefined;
  /** A text that makes the manifest one of its kind. */
  readonly note: string;
}

/** A descriptor as a manifest has it. */
export function describeBlob(mediaType: string, { digest, size }: BlobName): JsonObject {
  return { mediaType, digest, size };
}

/** A manifest of the shape that bundles have in one of the two envelopes: every media type that a push writes, over one blob. */
export function scratchManifest(parts: ManifestParts): RawManifest {
  const { blob, envelope } = parts;
  const native = envelope === "native";
  const types = [
    ...(native ? [] : [MEDIA_TYPES.index]),
    MEDIA_TYPES.table,
    MEDIA_TYPES.pack,
    MEDIA_TYPES.octets,
  ];
  const document: JsonObject = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    ...(native ? { artifactType: parts.artifactType ?? MEDIA_TYPES.bundle } : {}),
    config: describeBlob(native ? MEDIA_TYPES.index : MEDIA_TYPES.imageConfig, blob),
    layers: types.map((type) => describeBlob(type, blob)),
    annotations: { "dev.bale.doctor": parts.note },
    ...parts.change,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return { mediaType: MEDIA_TYPES.manifest, digest: sha256(bytes), bytes };
}
