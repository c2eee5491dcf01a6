import { type Answer, emptyAnswer, errorAnswer } from "../answer.js";
import type { RegistryContext } from "./context.js";
import { deletionRefusal } from "./manifest-delete.js";
import { parseManifest, referencedBlobs } from "./manifest-document.js";

/** DELETE of a blob (distribution spec, "Deleting blobs"). */
export function deleteBlob(context: RegistryContext, repository: string, digest: string): Answer {
  const refusal = deletionRefusal(context, "BLOB_UNKNOWN");
  if (refusal !== undefined) return refusal;
  if (context.quirks().blobInUseKept && isInUse(context, repository, digest)) {
    return errorAnswer(405, "DENIED", "the blob is in use");
  }
  return context.store.deleteBlob(repository, digest)
    ? emptyAnswer(202)
    : errorAnswer(404, "BLOB_UNKNOWN", "blob unknown to registry");
}

function isInUse(context: RegistryContext, repository: string, digest: string): boolean {
  return context.store.manifests(repository).some((manifest) => {
    const document = parseManifest(manifest.bytes);
    return document !== undefined && referencedBlobs(document).some((blob) => blob.digest === digest);
  });
}
