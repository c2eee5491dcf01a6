import { type Answer, errorAnswer } from "../answer.js";
import type { Quirks } from "../quirks/quirks.js";
import type { RegistryContext } from "./context.js";
import {
  type DescriptorDocument,
  isNondistributable,
  type ManifestDocument,
  referencedBlobs,
} from "./manifest-document.js";

/** What the registry has against a manifest of a known type, or undefined. */
export function manifestRefusal(
  context: RegistryContext,
  repository: string,
  mediaType: string,
  document: ManifestDocument,
): Answer | undefined {
  return (
    shapeRefusal(mediaType, document) ??
    typeRefusal(context.quirks(), document) ??
    contentRefusal(context, repository, document)
  );
}

function invalid(message: string): Answer {
  return errorAnswer(400, "MANIFEST_INVALID", message);
}

/** One document must not pass as both manifest and index (CVE-2021-41190), nor under another type than its own. */
function shapeRefusal(mediaType: string, document: ManifestDocument): Answer | undefined {
  if (document.mediaType !== undefined && document.mediaType !== mediaType) {
    return invalid("mediaType disagrees with Content-Type");
  }
  const image = document.config !== undefined || document.layers !== undefined;
  if (image && document.manifests !== undefined) return invalid("both a manifest and an index");
  return undefined;
}

function typeRefusal(quirks: Quirks, document: ManifestDocument): Answer | undefined {
  const { artifactType, config } = document;
  if (quirks.artifactTypeRefused && artifactType !== undefined) return invalid("artifactType is not allowed");
  const { allowedTypes } = quirks;
  const types = [artifactType, config?.mediaType].filter((type) => type !== undefined);
  if (allowedTypes !== undefined && types.some((type) => !allowedTypes.includes(String(type)))) {
    return invalid(`unknown media type: ${types.join(", ")}`);
  }
  const all = [artifactType, ...descriptors(document).map((descriptor) => descriptor.mediaType)];
  if (quirks.mediaTypeParametersRefused && all.some((type) => String(type).includes(";"))) {
    return invalid("media types cannot have parameters");
  }
  if (quirks.emptyConfigRefused && config?.size === 0) return invalid("the config is empty");
  if (quirks.maxLayers !== undefined && (document.layers ?? []).length > quirks.maxLayers) {
    return errorAnswer(405, "UNSUPPORTED", `more than ${quirks.maxLayers} layers`);
  }
  return undefined;
}

function contentRefusal(
  context: RegistryContext,
  repository: string,
  document: ManifestDocument,
): Answer | undefined {
  const { missingBlobsAccepted, nondistributableFails } = context.quirks();
  const blobs = referencedBlobs(document);
  if (nondistributableFails && blobs.some(isNondistributable)) {
    return errorAnswer(500, "UNKNOWN", "unknown error");
  }
  if (missingBlobsAccepted) return undefined;
  const missingBlob = blobs
    .filter((blob) => !isNondistributable(blob))
    .find((blob) => context.store.blob(repository, String(blob.digest)) === undefined);
  const missingChild = (document.manifests ?? []).find(
    (child) => context.store.manifest(repository, String(child.digest)) === undefined,
  );
  const missing = missingBlob ?? missingChild;
  if (missing === undefined) return undefined;
  return errorAnswer(400, "MANIFEST_BLOB_UNKNOWN", `${String(missing.digest)} is unknown to the registry`);
}

function descriptors(document: ManifestDocument): readonly DescriptorDocument[] {
  const subject = document.subject === undefined ? [] : [document.subject];
  return [...referencedBlobs(document), ...(document.manifests ?? []), ...subject];
}
