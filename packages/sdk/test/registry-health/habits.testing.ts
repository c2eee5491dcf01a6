import type { Quirks } from "@bale/test-registry";

const KiB = 1024;
const IMAGE_TYPES = [
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
  "application/vnd.cncf.helm.config.v1+json",
];

/** One habit of a registry. */
export interface Habit {
  readonly name: keyof Quirks;
  readonly quirk: Partial<Quirks>;
  /** The findings by which it is known; at least one of them differs from those of a registry without habits. */
  readonly known: readonly string[];
  /** A push is not possible there, and the verdict says so with this exit code. */
  readonly noPush?: number;
}

function habit<Name extends keyof Quirks>(
  name: Name,
  value: Quirks[Name],
  known: string,
  noPush?: number,
  beside: Partial<Quirks> = {},
): Habit {
  const quirk = { [name]: value, ...beside } as Partial<Quirks>;
  return { name, quirk, known: known.split(" "), ...(noPush === undefined ? {} : { noPush }) };
}

/** Every switch of the test registry, in every position but the one of a registry without habits. */
export const HABITS: readonly Habit[] = [
  habit("mount", "declined", "mount"),
  habit("mount", "denied", "mount"),
  habit("mountFromAnywhere", true, "mount-anywhere"),
  habit("sessionStatus", "not-found", "session-status"),
  habit("sessionStatus", "bad-request", "session-status"),
  habit("sessionCancelRefused", true, "session-cancel"),
  habit("sessionDroppedAfterCut", true, "resume"),
  habit("unknownSessionAccepted", true, "unknown-session"),
  habit("contentRangeIgnored", true, "chunk-order"),
  habit("chunkedUploadRefused", true, "chunks"),
  habit("closingAfterChunksRefused", true, "chunks"),
  habit("patchLimitBytes", 1024 * KiB, "chunk-size"),
  habit("patchAnswersCreated", true, "chunk-answer"),
  habit("chunkMinBytes", 256 * KiB, "chunk-minimum"),
  habit("chunkMaxBytes", 512 * KiB, "chunk-maximum"),
  habit("maxBlobBytes", 4096 * KiB, "upload-size"),
  habit("maxRequestBytes", 2048 * KiB, "upload-size chunk-size"),
  habit("singlePostDowngraded", true, "upload-post"),
  habit("closingWithoutLocation", true, "closing-location"),
  habit("onlyLastChunkKept", true, "chunks"),
  habit("digestUnchecked", true, "blob-digest-check"),
  habit("location", "absolute", "upload-location"),
  habit("location", "prefixed", "upload-location"),
  habit("location", "other-host", "upload-location"),
  habit("locationState", true, "session-state"),
  habit("maxParallelUploads", 2, "upload-parallel"),
  habit("range", "ignored", "range"),
  habit("range", "shifted", "range"),
  habit("rangePastEnd", "connection-cut", "range-past-end"),
  habit("digestHeader", "absent", "digest-header"),
  habit("digestHeader", "other-algorithm", "digest-header"),
  habit("digestHeader", "wrong", "digest-header"),
  habit("etagAbsent", true, "etag"),
  habit("acceptRequired", true, "accept"),
  habit("schema1WithoutAccept", true, "accept"),
  habit("blobRedirect", {}, "blob-redirect"),
  habit("blobLengthAbsent", true, "blob-length"),
  habit("jsonCompressed", true, "encoding"),
  habit("manifestLimitBytes", 300_000, "manifest-size"),
  habit("manifestLimitStatus", 400, "manifest-size-status"),
  habit("maxLayers", 127, "manifest-layers"),
  habit("artifactTypeRefused", true, "envelope-native"),
  habit("allowedTypes", IMAGE_TYPES, "envelope-native"),
  habit("mediaTypeParametersRefused", true, "media-type-parameters"),
  habit("emptyConfigRefused", true, "config-empty empty-blob"),
  habit("missingBlobsAccepted", true, "manifest-blob-check"),
  habit("manifestDigestUnchecked", true, "manifest-digest-check"),
  habit("nondistributableFails", true, "nondistributable-layer"),
  habit("conditionalWritesIgnored", true, "tag-condition"),
  habit("tagsImmutable", true, "tag-move"),
  habit("tagParametersIgnored", true, "tag-parameters"),
  habit("deletion", "unsupported", "delete-manifest"),
  habit("deletion", "not-found", "delete-manifest"),
  habit("deletion", "denied", "delete-manifest"),
  habit("tagDeletion", "bad-request", "delete-tag"),
  habit("tagDeletion", "unsupported", "delete-tag"),
  habit("untagBeforeDelete", true, "delete-manifest"),
  habit("blobInUseKept", true, "delete-blob-in-use"),
  habit("pageLink", "unquoted", "list-link"),
  habit("pageLink", "absolute", "list-link"),
  habit("pageLink", "absent", "list-link"),
  habit("pageLink", "to-itself", "list-link"),
  habit("pageLink", "other-host", "list-link"),
  habit("pageLink", "endless", "list-link"),
  habit("pagingIgnored", true, "list-paging list-link"),
  habit("listsUnsorted", true, "list-order"),
  // With a limit above the number of tags, nobody could tell.
  habit("pageLimit", 1, "list-page-limit"),
  habit("unknownRepositoryTags", 200, "unknown-repository"),
  habit("catalogMissing", true, "catalog"),
  habit("referrers", "not-found", "referrers"),
  habit("referrers", "not-allowed", "referrers"),
  habit("referrers", "wrong-type", "referrers"),
  habit("referrersUnfiltered", true, "referrers-filter"),
  // With the referrers API, this is what the spec asks for: it shows only without.
  habit("subjectHeader", "always", "referrers-subject", undefined, { referrers: "not-allowed" }),
  habit("subjectHeader", "never", "referrers-subject"),
  habit("rateLimit", { allowed: 40, refused: 1, retryAfter: 0 }, "rate-limit"),
  habit("warning", "this registry closes soon", "warning"),
  habit("unknownRepositoryPush", "not-found", "create-on-push", 10),
  habit("unknownRepositoryPush", "connection-cut", "create-on-push", 10),
  habit("readOnly", true, "upload-whole", 10),
  habit("requestsPerConnection", 5, "connections"),
];
