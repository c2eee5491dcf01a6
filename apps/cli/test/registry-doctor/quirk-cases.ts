import type { Quirks } from "@bale/test-registry";

const KiB = 1024;
const MiB = 1024 * KiB;

/** One value of one switch, and what the doctor has to say of it. */
export interface QuirkCase {
  readonly change: Partial<Quirks>;
  /** The finding that differs from a clean registry's, and words of it. */
  readonly finding: string;
  readonly says: RegExp;
  /** Where other switches hide this one: nobody can see a chunk's answer where chunks are refused. */
  readonly hiddenBy?: ((quirks: Quirks) => boolean) | undefined;
}

const IMAGE_TYPES = [
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
  "application/vnd.cncf.helm.config.v1+json",
];

/** Whether no blob can be sent in chunks. */
export const noChunks = (quirks: Quirks): boolean =>
  quirks.chunkedUploadRefused ||
  quirks.closingAfterChunksRefused ||
  quirks.onlyLastChunkKept ||
  noPatch(quirks);
const noPatch = ({ chunkedUploadRefused, chunkMinBytes = 0, ...quirks }: Quirks): boolean =>
  chunkedUploadRefused ||
  chunkMinBytes >
    Math.min(
      quirks.patchLimitBytes ?? Number.MAX_SAFE_INTEGER,
      quirks.maxRequestBytes ?? Number.MAX_SAFE_INTEGER,
      quirks.maxBlobBytes ?? Number.MAX_SAFE_INTEGER,
    );
const noReferrers = ({ referrers }: Quirks): boolean => referrers !== "served";
const noDeletion = ({ deletion }: Quirks): boolean => deletion !== "supported";

/** Every switch; several values where a switch has several. */
export const QUIRK_CASES: Readonly<Record<keyof Quirks, readonly QuirkCase[]>> = {
  // Reading
  range: [
    { change: { range: "ignored" }, finding: "range", says: /ignored/ },
    { change: { range: "shifted" }, finding: "range", says: /come where .* were asked for/ },
  ],
  rangePastEnd: [
    {
      change: { rangePastEnd: "connection-cut" },
      finding: "range-past-end",
      says: /cut/,
      hiddenBy: ({ range }) => range === "ignored",
    },
  ],
  digestHeader: [
    { change: { digestHeader: "absent" }, finding: "digest-header", says: /without Docker-Content-Digest/ },
    { change: { digestHeader: "other-algorithm" }, finding: "digest-header", says: /another algorithm/ },
    { change: { digestHeader: "wrong" }, finding: "digest-header", says: /other bytes/ },
  ],
  etagAbsent: [{ change: { etagAbsent: true }, finding: "etag", says: /no ETag/ }],
  acceptRequired: [
    {
      change: { acceptRequired: true },
      finding: "accept",
      says: /only to who names its type/,
      hiddenBy: ({ schema1WithoutAccept }) => schema1WithoutAccept,
    },
  ],
  schema1WithoutAccept: [
    { change: { schema1WithoutAccept: true }, finding: "accept", says: /another document .*manifest\.v1/ },
  ],
  blobRedirect: [
    { change: { blobRedirect: {} }, finding: "blob-redirect", says: /another host/ },
    {
      change: { blobRedirect: { status: 302, uses: 1, refusesAuthorization: true } },
      finding: "blob-redirect",
      says: /another host/,
    },
  ],
  blobLengthAbsent: [{ change: { blobLengthAbsent: true }, finding: "blob-length", says: /does not tell/ }],
  jsonCompressed: [{ change: { jsonCompressed: true }, finding: "encoding", says: /compressed/ }],

  // Uploads
  mount: [
    { change: { mount: "declined" }, finding: "mount", says: /opened instead/ },
    { change: { mount: "denied" }, finding: "mount", says: /no blob is mounted: / },
  ],
  mountFromAnywhere: [
    {
      change: { mountFromAnywhere: true },
      finding: "mount-anywhere",
      says: /without saying from where/,
      hiddenBy: ({ mount }) => mount !== "granted",
    },
  ],
  singlePostDowngraded: [
    { change: { singlePostDowngraded: true }, finding: "upload-post", says: /opens an upload .*202/ },
  ],
  closingWithoutLocation: [
    { change: { closingWithoutLocation: true }, finding: "closing-location", says: /does not say where/ },
  ],
  digestUnchecked: [
    { change: { digestUnchecked: true }, finding: "blob-digest-check", says: /whatever digest/ },
  ],
  location: [
    { change: { location: "absolute" }, finding: "upload-location", says: /absolute address/ },
    { change: { location: "other-host" }, finding: "upload-location", says: /another (?:host|port)/ },
    { change: { location: "prefixed" }, finding: "upload-location", says: /behind a proxy/ },
  ],
  locationState: [
    { change: { locationState: true }, finding: "session-state", says: /newest address/, hiddenBy: noPatch },
  ],
  maxParallelUploads: [
    {
      change: { maxParallelUploads: 2 },
      finding: "upload-parallel",
      says: /of 8 uploads at once [2-7] are taken.*403/,
      // The second origin counts nothing.
      hiddenBy: ({ location }) => location === "other-host",
    },
  ],

  // Upload sessions
  sessionStatus: [
    { change: { sessionStatus: "not-found" }, finding: "session-status", says: /does not tell.*404/ },
    { change: { sessionStatus: "bad-request" }, finding: "session-status", says: /does not tell.*400/ },
  ],
  sessionCancelRefused: [
    { change: { sessionCancelRefused: true }, finding: "session-cancel", says: /cannot be given up/ },
  ],
  sessionDroppedAfterCut: [
    {
      change: { sessionDroppedAfterCut: true },
      finding: "resume",
      says: /lost/,
      hiddenBy: (quirks) => noChunks(quirks) || quirks.sessionStatus !== "answered",
    },
  ],
  unknownSessionAccepted: [
    { change: { unknownSessionAccepted: true }, finding: "unknown-session", says: /begin a new one/ },
  ],

  // Chunks and sizes
  chunkedUploadRefused: [
    { change: { chunkedUploadRefused: true }, finding: "chunks", says: /a chunk is refused: 405/ },
  ],
  contentRangeIgnored: [
    {
      change: { contentRangeIgnored: true },
      finding: "chunk-order",
      says: /appended twice/,
      hiddenBy: (quirks) => noChunks(quirks) || quirks.chunkMinBytes !== undefined,
    },
  ],
  closingAfterChunksRefused: [
    {
      change: { closingAfterChunksRefused: true },
      finding: "chunks",
      says: /end of the upload is refused/,
      hiddenBy: noPatch,
    },
  ],
  onlyLastChunkKept: [
    {
      change: { onlyLastChunkKept: true },
      finding: "chunks",
      says: /only the last chunk/,
      hiddenBy: (quirks) => noPatch(quirks) || quirks.closingAfterChunksRefused,
    },
  ],
  patchLimitBytes: [
    {
      change: { patchLimitBytes: 4 * MiB },
      finding: "chunk-size",
      says: /of 5 MiB is refused/,
      hiddenBy: (quirks) => noChunks(quirks) || quirks.chunkMaxBytes !== undefined,
    },
    {
      change: { patchLimitBytes: 512 * KiB },
      finding: "chunk-size",
      says: /512 KiB taken/,
      hiddenBy: (quirks) => noChunks(quirks) || quirks.chunkMaxBytes !== undefined,
    },
  ],
  patchAnswersCreated: [
    { change: { patchAnswersCreated: true }, finding: "chunk-answer", says: /201/, hiddenBy: noPatch },
  ],
  chunkMinBytes: [{ change: { chunkMinBytes: 5 * MiB }, finding: "chunk-minimum", says: /at least 5 MiB/ }],
  chunkMaxBytes: [
    { change: { chunkMaxBytes: 512 * KiB }, finding: "chunk-maximum", says: /at most 512 KiB/ },
  ],
  maxBlobBytes: [
    {
      change: { maxBlobBytes: 4 * MiB },
      finding: "upload-size",
      says: /5 MiB in one PUT are refused/,
      hiddenBy: ({ maxRequestBytes }) => maxRequestBytes !== undefined,
    },
  ],
  maxRequestBytes: [{ change: { maxRequestBytes: 1 * MiB }, finding: "upload-size", says: /1 MiB taken/ }],

  // Manifests
  manifestLimitBytes: [
    { change: { manifestLimitBytes: 64 * KiB }, finding: "manifest-size", says: /64 KiB are taken/ },
    {
      change: { manifestLimitBytes: Number.MAX_SAFE_INTEGER },
      finding: "manifest-size",
      says: /more than 4 MiB are taken/,
      hiddenBy: ({ maxRequestBytes }) => maxRequestBytes !== undefined,
    },
  ],
  manifestLimitStatus: [
    {
      change: { manifestLimitStatus: 400 },
      finding: "manifest-size-status",
      says: /answered 400/,
      hiddenBy: ({ maxRequestBytes, manifestLimitBytes }) =>
        maxRequestBytes !== undefined || manifestLimitBytes > 5 * MiB,
    },
  ],
  maxLayers: [{ change: { maxLayers: 20 }, finding: "manifest-layers", says: /of 16 layers is taken/ }],
  artifactTypeRefused: [
    {
      change: { artifactTypeRefused: true },
      finding: "envelope-native",
      says: /artifact type of its own is refused/,
    },
  ],
  allowedTypes: [
    { change: { allowedTypes: IMAGE_TYPES }, finding: "config-type", says: /only some types of config/ },
  ],
  mediaTypeParametersRefused: [
    { change: { mediaTypeParametersRefused: true }, finding: "media-type-parameters", says: /refused/ },
  ],
  emptyConfigRefused: [{ change: { emptyConfigRefused: true }, finding: "config-empty", says: /refused/ }],
  missingBlobsAccepted: [
    { change: { missingBlobsAccepted: true }, finding: "manifest-blob-check", says: /not there/ },
  ],
  manifestDigestUnchecked: [
    { change: { manifestDigestUnchecked: true }, finding: "manifest-digest-check", says: /whatever digest/ },
  ],
  nondistributableFails: [
    { change: { nondistributableFails: true }, finding: "nondistributable-layer", says: /500/ },
  ],

  // Tags
  conditionalWritesIgnored: [
    { change: { conditionalWritesIgnored: true }, finding: "tag-condition", says: /ignored/ },
  ],
  tagsImmutable: [{ change: { tagsImmutable: true }, finding: "tag-move", says: /not moved/ }],
  tagParametersIgnored: [
    { change: { tagParametersIgnored: true }, finding: "tag-parameters", says: /not read/ },
  ],

  // Deletes
  deletion: [
    { change: { deletion: "unsupported" }, finding: "delete-manifest", says: /405/ },
    { change: { deletion: "not-found" }, finding: "delete-manifest", says: /404/ },
    { change: { deletion: "denied" }, finding: "delete-manifest", says: /403/ },
  ],
  tagDeletion: [
    { change: { tagDeletion: "bad-request" }, finding: "delete-tag", says: /400/, hiddenBy: noDeletion },
    { change: { tagDeletion: "unsupported" }, finding: "delete-tag", says: /405/, hiddenBy: noDeletion },
  ],
  untagBeforeDelete: [
    {
      change: { untagBeforeDelete: true },
      finding: "delete-manifest",
      says: /only when no tag|still referenced/,
      hiddenBy: noDeletion,
    },
  ],
  blobInUseKept: [
    { change: { blobInUseKept: true }, finding: "delete-blob-in-use", says: /kept/, hiddenBy: noDeletion },
  ],

  // Lists
  pageLink: [
    ...(
      [
        ["unquoted", /without quotes/],
        ["absolute", /absolute address/],
        ["absent", /without a Link/],
        ["to-itself", /to itself/],
        ["other-host", /another host/],
        ["endless", /does not end/],
      ] as const
    ).map(([pageLink, says]) => ({
      change: { pageLink },
      finding: "list-link",
      says,
      hiddenBy: ({ pagingIgnored }: Quirks) => pagingIgnored,
    })),
  ],
  pagingIgnored: [{ change: { pagingIgnored: true }, finding: "list-paging", says: /whatever the size/ }],
  listsUnsorted: [
    {
      change: { listsUnsorted: true },
      finding: "list-order",
      says: /not come in the order/,
      hiddenBy: ({ pagingIgnored, pageLimit, pageLink }) =>
        !pagingIgnored && (pageLimit !== undefined || pageLink === "endless"),
    },
  ],
  pageLimit: [
    {
      change: { pageLimit: 1 },
      finding: "list-page-limit",
      says: /at most 1 tag/,
      hiddenBy: ({ pagingIgnored, pageLink }) => pagingIgnored || pageLink === "absent",
    },
  ],
  unknownRepositoryTags: [
    { change: { unknownRepositoryTags: 200 }, finding: "unknown-repository", says: /200/ },
  ],
  catalogMissing: [{ change: { catalogMissing: true }, finding: "catalog", says: /not given/ }],

  // Referrers
  referrers: [
    { change: { referrers: "not-found" }, finding: "referrers", says: /404/ },
    { change: { referrers: "not-allowed" }, finding: "referrers", says: /405/ },
    { change: { referrers: "wrong-type" }, finding: "referrers", says: /text\/html/ },
  ],
  referrersUnfiltered: [
    {
      change: { referrersUnfiltered: true },
      finding: "referrers-filter",
      says: /not filtered/,
      hiddenBy: noReferrers,
    },
  ],
  subjectHeader: [
    {
      change: { subjectHeader: "never" },
      finding: "referrers-subject",
      says: /does not name the subject/,
      hiddenBy: noReferrers,
    },
  ],

  // Service
  rateLimit: [
    {
      change: { rateLimit: { allowed: 20, refused: 3, retryAfter: 0 } },
      finding: "rate-limit",
      says: /asked 3 times for fewer requests/,
    },
    {
      change: { rateLimit: { allowed: 5, refused: 1, plainText: true } },
      finding: "rate-limit",
      says: /asked once for fewer requests/,
    },
  ],
  warning: [{ change: { warning: "read the notice" }, finding: "warning", says: /read the notice/ }],
  unknownRepositoryPush: [],
  readOnly: [],
  requestsPerConnection: [{ change: { requestsPerConnection: 3 }, finding: "connections", says: /closed/ }],
};

/** Values that no client can tell from a clean registry's, and why. */
export const UNOBSERVABLE: readonly { readonly change: Partial<Quirks>; readonly why: string }[] = [
  {
    change: { subjectHeader: "always" },
    why: "with a list of referrers, which alone this switch leaves in place, OCI-Subject is what the spec asks for",
  },
];
