import { type Answer, emptyAnswer, errorAnswer } from "../answer.js";
import { digestOf, parseDigest } from "../digest.js";
import { isTag } from "../route.js";
import { collectBody } from "../server/request-body.js";
import { matchesEntityTag } from "./content-headers.js";
import type { Call, RegistryContext } from "./context.js";
import { manifestRefusal } from "./manifest-checks.js";
import { knownManifestTypes, type ManifestDocument, parseManifest } from "./manifest-document.js";

/** PUT of a manifest under a tag or a digest (distribution spec, "Pushing manifests"). */
export async function writeManifest(
  context: RegistryContext,
  call: Call,
  repository: string,
  reference: string,
): Promise<Answer> {
  const quirks = context.quirks();
  const named = parseDigest(reference);
  if (named === undefined && !isTag(reference)) {
    return errorAnswer(400, "MANIFEST_INVALID", "neither a tag nor a digest");
  }
  const bytes = await collectBody(call.body, quirks.manifestLimitBytes);
  if (bytes === undefined) {
    return errorAnswer(quirks.manifestLimitStatus, "MANIFEST_INVALID", "the manifest is too large");
  }
  const own = digestOf(bytes, named?.algorithm);
  const digest = named !== undefined && quirks.manifestDigestUnchecked ? reference : own;
  if (named !== undefined && digest !== reference) {
    return errorAnswer(400, "DIGEST_INVALID", "the manifest has another digest");
  }
  const document = parseManifest(bytes);
  if (document === undefined) return errorAnswer(400, "MANIFEST_INVALID", "not a manifest");
  const mediaType = mediaTypeOf(call, document);
  const refusal = knownManifestTypes.has(mediaType)
    ? manifestRefusal(context, repository, mediaType, document)
    : undefined;
  if (refusal !== undefined) return refusal;

  const queried =
    named === undefined || quirks.tagParametersIgnored ? [] : call.url.searchParams.getAll("tag");
  const tags = named === undefined ? [reference] : queried;
  const tagRefusal = tags.map((tag) => refuseTag(context, call, repository, tag, digest)).find(Boolean);
  if (tagRefusal !== undefined) return tagRefusal;
  context.store.putManifest(repository, bytes, { mediaType, digest });
  for (const tag of tags) context.store.setTag(repository, tag, digest);
  return emptyAnswer(201, {
    location: `/v2/${repository}/manifests/${named === undefined ? reference : digest}`,
    ...writtenDigest(context, digest, bytes),
    ...subjectHeader(context, document),
    ...(queried.length > 0 ? { "oci-tag": queried.join(", ") } : {}),
  });
}

/** Content-Type without its parameters, which are to be ignored; where it is absent the document decides. */
function mediaTypeOf(call: Call, document: ManifestDocument): string {
  const header = (call.headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? "";
  return header === "" ? String(document.mediaType ?? "application/octet-stream") : header;
}

function refuseTag(
  context: RegistryContext,
  call: Call,
  repository: string,
  tag: string,
  digest: string,
): Answer | undefined {
  const { conditionalWritesIgnored, tagsImmutable } = context.quirks();
  if (!isTag(tag)) return errorAnswer(400, "MANIFEST_INVALID", "invalid tag");
  const old = context.store.resolveTag(repository, tag);
  if (tagsImmutable && old !== undefined && old !== digest) {
    return errorAnswer(400, "DENIED", `the tag ${tag} is immutable`);
  }
  if (conditionalWritesIgnored) return undefined;
  const expected = call.headers["if-match"];
  const unexpected = call.headers["if-none-match"];
  const absentButExpected = expected !== undefined && (old === undefined || !matchesEntityTag(expected, old));
  const presentButNot = old !== undefined && matchesEntityTag(unexpected, old);
  if (absentButExpected || presentButNot) {
    return errorAnswer(412, "DENIED", `the condition on the tag ${tag} does not hold`);
  }
  return undefined;
}

function writtenDigest(context: RegistryContext, digest: string, bytes: Uint8Array): Record<string, string> {
  const { digestHeader } = context.quirks();
  if (digestHeader === "absent") return {};
  const algorithm = parseDigest(digest)?.algorithm;
  const other = algorithm === "sha256" ? "sha512" : "sha256";
  if (digestHeader === "other-algorithm") return { "docker-content-digest": digestOf(bytes, other) };
  const wrong = digestHeader === "wrong";
  return { "docker-content-digest": wrong ? digestOf(Buffer.from(`not ${digest}`), algorithm) : digest };
}

function subjectHeader(context: RegistryContext, document: ManifestDocument): Record<string, string> {
  const { subjectHeader: quirk, referrers } = context.quirks();
  const subject = document.subject?.digest;
  const known = quirk === "always" || (quirk === "with-referrers" && referrers === "served");
  return known && typeof subject === "string" ? { "oci-subject": subject } : {};
}
