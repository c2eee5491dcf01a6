import { type Answer, emptyAnswer, errorAnswer } from "../answer.js";
import { parseDigest } from "../digest.js";
import type { RegistryContext } from "./context.js";

/** DELETE of a manifest or of a tag (distribution spec, "Content Management"). */
export function deleteManifest(context: RegistryContext, repository: string, reference: string): Answer {
  const refusal = deletionRefusal(context, "MANIFEST_UNKNOWN");
  if (refusal !== undefined) return refusal;
  const { tagDeletion, untagBeforeDelete } = context.quirks();
  if (parseDigest(reference) === undefined) {
    if (tagDeletion === "bad-request") return errorAnswer(400, "DIGEST_INVALID", "not a digest");
    if (tagDeletion === "unsupported") return errorAnswer(405, "UNSUPPORTED", "tags cannot be deleted");
    return context.store.deleteTag(repository, reference) ? emptyAnswer(202) : unknown();
  }
  const tags = context.store.tags(repository);
  if (untagBeforeDelete && tags.some((tag) => context.store.resolveTag(repository, tag) === reference)) {
    return errorAnswer(400, "DENIED", "the manifest is still referenced by a tag");
  }
  return context.store.deleteManifest(repository, reference) ? emptyAnswer(202) : unknown();
}

/** The refusal of all deletes, where the quirks have one. */
export function deletionRefusal(context: RegistryContext, unknownCode: string): Answer | undefined {
  const { deletion } = context.quirks();
  if (deletion === "unsupported") return errorAnswer(405, "UNSUPPORTED", "deletion is not supported");
  if (deletion === "not-found") return errorAnswer(404, unknownCode, "not found");
  if (deletion === "denied") return errorAnswer(403, "DENIED", "deletion is not permitted");
  return undefined;
}

function unknown(): Answer {
  return errorAnswer(404, "MANIFEST_UNKNOWN", "manifest unknown");
}
