import { type Answer, bytesAnswer, errorAnswer, jsonAnswer } from "../answer.js";
import { parseDigest } from "../digest.js";
import type { StoredManifest } from "../store/repository-content.js";
import type { Call, RegistryContext } from "./context.js";
import { effectiveArtifactType, imageIndexType, parseManifest } from "./manifest-document.js";
import { cutPage, linkHeader } from "./paging.js";

/** GET `referrers/<digest>` (distribution spec, "Listing Referrers"): an index, empty when nothing refers to the digest. */
export function listReferrers(
  context: RegistryContext,
  call: Call,
  repository: string,
  digest: string,
): Answer {
  const quirks = context.quirks();
  if (quirks.referrers === "not-found") return errorAnswer(404, "UNSUPPORTED", "page not found");
  if (quirks.referrers === "not-allowed") return errorAnswer(405, "UNSUPPORTED", "not supported");
  if (quirks.referrers === "wrong-type") {
    return bytesAnswer(200, Buffer.from("<html>welcome</html>"), { "content-type": "text/html" });
  }
  if (parseDigest(digest) === undefined) return errorAnswer(400, "DIGEST_INVALID", "invalid digest");
  const wanted = quirks.referrersUnfiltered ? null : call.url.searchParams.get("artifactType");
  const found = new Map<string, ReferrerDescriptor>();
  for (const manifest of context.store.manifests(repository)) {
    const descriptor = describeReferrer(manifest, digest);
    if (descriptor !== undefined && (wanted === null || descriptor.artifactType === wanted)) {
      found.set(descriptor.digest, descriptor);
    }
  }
  const listing = { ...quirks, pagingIgnored: quirks.pagingIgnored || quirks.pageLink === "endless" };
  const page = cutPage([...found.keys()], call.url.searchParams, listing);
  const names = page?.names ?? [...found.keys()];
  const index = {
    schemaVersion: 2,
    mediaType: imageIndexType,
    manifests: names.map((name) => found.get(name)),
  };
  const next = page?.next && {
    n: String(page.next.n),
    last: page.next.last,
    ...(wanted === null ? {} : { artifactType: wanted }),
  };
  return jsonAnswer(200, index, {
    "content-type": imageIndexType,
    ...(wanted === null ? {} : { "oci-filters-applied": "artifactType" }),
    ...linkHeader(context, call, next),
  });
}

interface ReferrerDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: unknown;
}

function describeReferrer(manifest: StoredManifest, subject: string): ReferrerDescriptor | undefined {
  const document = parseManifest(manifest.bytes);
  if (document?.subject?.digest !== subject) return undefined;
  const artifactType = effectiveArtifactType(document);
  return {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
  };
}
