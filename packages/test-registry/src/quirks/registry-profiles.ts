import type { Quirks } from "./quirks.js";

const mebibyte = 1024 * 1024;

/** Registries whose habits are known well enough to imitate. */
export type RegistryProfileName =
  | "acr"
  | "cloudflare"
  | "distribution-2"
  | "distribution-3"
  | "docker-hub"
  | "ecr"
  | "ggcr"
  | "ghcr"
  | "gitlab"
  | "google"
  | "harbor"
  | "jfrog"
  | "olareg"
  | "quay"
  | "zot";

/**
 * Quirks to pass to `setQuirks` for the habits of one registry. Those of the registries that run locally (distribution, ggcr, zot, olareg)
 * were measured; those of hosted ones come from their documents and issue reports, so they are a likeness and no promise.
 * No registry measured honours a conditional tag write, so each profile ignores it.
 */
export const registryProfiles: Readonly<Record<RegistryProfileName, Partial<Quirks>>> = {
  acr: { conditionalWritesIgnored: true, tagDeletion: "unsupported" },
  cloudflare: {
    conditionalWritesIgnored: true,
    chunkMaxBytes: 500 * mebibyte,
    maxRequestBytes: 500 * mebibyte,
  },
  "distribution-2": {
    acceptRequired: true,
    conditionalWritesIgnored: true,
    contentRangeIgnored: true,
    locationState: true,
    location: "absolute",
    manifestLimitStatus: 400,
    nondistributableFails: true,
    pagingIgnored: true,
    rangePastEnd: "connection-cut",
    referrers: "not-found",
    sessionCancelRefused: true,
    sessionDroppedAfterCut: true,
    tagDeletion: "bad-request",
    listsUnsorted: true,
  },
  "distribution-3": {
    acceptRequired: true,
    conditionalWritesIgnored: true,
    locationState: true,
    location: "absolute",
    manifestLimitStatus: 400,
    nondistributableFails: true,
    referrers: "not-found",
  },
  "docker-hub": { conditionalWritesIgnored: true, locationState: true, catalogMissing: true, pageLimit: 100 },
  ecr: {
    conditionalWritesIgnored: true,
    chunkMinBytes: 5 * mebibyte,
    deletion: "not-found",
    maxLayers: 127,
    mediaTypeParametersRefused: true,
    patchAnswersCreated: true,
    referrers: "not-allowed",
    subjectHeader: "always",
    unknownRepositoryPush: "connection-cut",
  },
  ggcr: {
    closingWithoutLocation: true,
    conditionalWritesIgnored: true,
    etagAbsent: true,
    manifestDigestUnchecked: true,
    manifestLimitBytes: Number.MAX_SAFE_INTEGER,
    missingBlobsAccepted: true,
    mount: "declined",
    pageLink: "absent",
    referrers: "not-found",
    sessionStatus: "bad-request",
    unknownSessionAccepted: true,
  },
  ghcr: {
    conditionalWritesIgnored: true,
    deletion: "unsupported",
    maxParallelUploads: 50,
    patchLimitBytes: 4 * mebibyte,
    referrers: "not-found",
  },
  gitlab: {
    conditionalWritesIgnored: true,
    acceptRequired: true,
    locationState: true,
    referrers: "not-found",
    allowedTypes: [
      "application/vnd.oci.image.config.v1+json",
      "application/vnd.docker.container.image.v1+json",
      "application/vnd.cncf.helm.config.v1+json",
    ],
  },
  google: {
    chunkedUploadRefused: true,
    conditionalWritesIgnored: true,
    emptyConfigRefused: true,
    untagBeforeDelete: true,
  },
  harbor: { conditionalWritesIgnored: true, locationState: true, mount: "denied" },
  jfrog: { conditionalWritesIgnored: true, onlyLastChunkKept: true, deletion: "denied" },
  olareg: {
    catalogMissing: true,
    conditionalWritesIgnored: true,
    etagAbsent: true,
    pageLink: "unquoted",
    unknownRepositoryTags: 200,
  },
  quay: {
    conditionalWritesIgnored: true,
    schema1WithoutAccept: true,
    allowedTypes: [
      "application/vnd.oci.image.config.v1+json",
      "application/vnd.docker.container.image.v1+json",
      "application/vnd.cncf.helm.config.v1+json",
    ],
  },
  zot: {
    blobInUseKept: true,
    conditionalWritesIgnored: true,
    etagAbsent: true,
    sessionDroppedAfterCut: true,
  },
};
