import { type Answer, bytesAnswer, errorAnswer } from "../answer.js";
import { memoryBlob } from "../store/stored-blob.js";
import { contentHeaders, matchesEntityTag } from "./content-headers.js";
import type { Call, RegistryContext } from "./context.js";
import { schema1Answer } from "./schema1.js";

/** GET and HEAD of a manifest (distribution spec, "Pulling manifests"); the bytes are those that were put. */
export async function readManifest(
  context: RegistryContext,
  call: Call,
  repository: string,
  reference: string,
): Promise<Answer> {
  const quirks = context.quirks();
  const manifest = context.store.manifest(repository, reference);
  if (manifest === undefined) return errorAnswer(404, "MANIFEST_UNKNOWN", "manifest unknown");
  const accepted = acceptedTypes(call.headers.accept);
  const named = accepted.includes(manifest.mediaType);
  if (quirks.schema1WithoutAccept && !named) return schema1Answer(repository, reference);
  const wildcard = accepted.includes("*/*") || accepted.includes("application/*");
  const anything = accepted.length === 0 || wildcard;
  if (!named && (quirks.acceptRequired || !anything)) {
    const message = `manifest is ${manifest.mediaType}, which Accept does not name`;
    return errorAnswer(404, "MANIFEST_UNKNOWN", message);
  }
  const headers = {
    "content-type": manifest.mediaType,
    ...(await contentHeaders(context, manifest.digest, memoryBlob([manifest.bytes]))),
  };
  if (!quirks.etagAbsent && matchesEntityTag(call.headers["if-none-match"], manifest.digest)) {
    return { status: 304, headers };
  }
  return bytesAnswer(200, manifest.bytes, headers);
}

/** The media types of an Accept header without their parameters; one with `q=0` is not acceptable. */
export function acceptedTypes(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !/;\s*q=0(\.0*)?\s*(;|$)/i.test(part))
    .map((part) => (part.split(";", 1)[0] ?? "").trim().toLowerCase());
}
