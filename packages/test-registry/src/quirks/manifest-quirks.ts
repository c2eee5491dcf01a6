/** How manifest writes and deletes differ from the clean registry. */
export interface ManifestQuirks {
  /** Larger manifests are refused. 4 MiB is what the registries measured agree on. */
  readonly manifestLimitBytes: number;
  /** The status of that refusal: 413 by the spec, 400 by distribution. */
  readonly manifestLimitStatus: 413 | 400;
  /** More layers than this are 405 (ECR). */
  readonly maxLayers: number | undefined;
  /** A manifest with an artifactType is 400 MANIFEST_INVALID. */
  readonly artifactTypeRefused: boolean;
  /** artifactType and config media type must be on this list, else 400 MANIFEST_INVALID (GitLab, Quay). */
  readonly allowedTypes: readonly string[] | undefined;
  /** A media type with `;` anywhere in the manifest is 400 (ECR). */
  readonly mediaTypeParametersRefused: boolean;
  /** A config of zero bytes is 400 (Google). */
  readonly emptyConfigRefused: boolean;
  /** Manifests may name blobs and children that are absent (ggcr). */
  readonly missingBlobsAccepted: boolean;
  /** A manifest may be put under a digest that is not its own (ggcr). */
  readonly manifestDigestUnchecked: boolean;
  /** A nondistributable layer is 500 (distribution). */
  readonly nondistributableFails: boolean;
  /** If-Match and If-None-Match on a tag are not read. True on every registry measured. */
  readonly conditionalWritesIgnored: boolean;
  /** A tag that exists cannot be moved: 400. */
  readonly tagsImmutable: boolean;
  /** `?tag=` on a PUT by digest is not read. */
  readonly tagParametersIgnored: boolean;
  /** DELETE of manifests and blobs: 405, 404 (ECR) or 403. */
  readonly deletion: "supported" | "unsupported" | "not-found" | "denied";
  /** DELETE by tag: 400 DIGEST_INVALID (distribution 2.8) or 405. */
  readonly tagDeletion: "supported" | "bad-request" | "unsupported";
  /** DELETE by digest is 400 while a tag points there (Google). */
  readonly untagBeforeDelete: boolean;
  /** DELETE of a blob that a manifest names is 405 (zot). */
  readonly blobInUseKept: boolean;
}

export const cleanManifests: ManifestQuirks = {
  manifestLimitBytes: 4 * 1024 * 1024,
  manifestLimitStatus: 413,
  maxLayers: undefined,
  artifactTypeRefused: false,
  allowedTypes: undefined,
  mediaTypeParametersRefused: false,
  emptyConfigRefused: false,
  missingBlobsAccepted: false,
  manifestDigestUnchecked: false,
  nondistributableFails: false,
  conditionalWritesIgnored: false,
  tagsImmutable: false,
  tagParametersIgnored: false,
  deletion: "supported",
  tagDeletion: "supported",
  untagBeforeDelete: false,
  blobInUseKept: false,
};
