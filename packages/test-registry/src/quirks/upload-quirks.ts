/** How blob uploads differ from the clean registry. */
export interface UploadQuirks {
  /** `declined`: 202 and an upload session, as ggcr. `denied`: 401, as Harbor for a project one cannot read. */
  readonly mount: "granted" | "declined" | "denied";
  /** A mount without `from` looks through all repositories. */
  readonly mountFromAnywhere: boolean;
  /** GET on a session: `not-found` 404 (zot after a cut), `bad-request` 400 (ggcr). */
  readonly sessionStatus: "answered" | "not-found" | "bad-request";
  /** DELETE on a session: 404 as distribution 2.8. */
  readonly sessionCancelRefused: boolean;
  /** A PATCH or PUT whose body is cut loses the whole session (distribution 2.8, zot). Otherwise what arrived is kept. */
  readonly sessionDroppedAfterCut: boolean;
  /** PATCH and PUT to an unknown session begin one under that name (ggcr). */
  readonly unknownSessionAccepted: boolean;
  /** Content-Range is not compared with the offset: the same chunk twice is appended twice (distribution 2.8). */
  readonly contentRangeIgnored: boolean;
  /** Every PATCH is 405: one PUT only (Google). */
  readonly chunkedUploadRefused: boolean;
  /** The closing PUT of a session that took a PATCH is 400 (some clients' experience with ECR). */
  readonly closingAfterChunksRefused: boolean;
  /** PATCH bodies above this many bytes are 416 (GHCR: 4 MiB). */
  readonly patchLimitBytes: number | undefined;
  /** PATCH answers 201, not 202 (ECR). */
  readonly patchAnswersCreated: boolean;
  /** Sent as OCI-Chunk-Min-Length; anything after a shorter chunk is 400. */
  readonly chunkMinBytes: number | undefined;
  /** Sent as OCI-Chunk-Max-Length; a longer chunk is 413. */
  readonly chunkMaxBytes: number | undefined;
  /** Larger blobs are 413. */
  readonly maxBlobBytes: number | undefined;
  /** Larger request bodies of any kind are 413 (a CDN or proxy in front). */
  readonly maxRequestBytes: number | undefined;
  /** POST with `?digest=` answers 202 and a session, without taking the body. */
  readonly singlePostDowngraded: boolean;
  /** The closing PUT has no Location (ggcr). */
  readonly closingWithoutLocation: boolean;
  /** Chunked uploads succeed, but the blob holds the last chunk only (one JFrog report). */
  readonly onlyLastChunkKept: boolean;
  /** Uploaded bytes are stored under whatever digest the client names. */
  readonly digestUnchecked: boolean;
  /** `prefixed`: relative, below `/prefix`, as behind a proxy. `other-host`: on the second origin, which wants no token. */
  readonly location: "relative" | "absolute" | "other-host" | "prefixed";
  /** Locations carry a `_state` that changes with each answer; a PATCH or PUT with an older one is 404 (distribution). */
  readonly locationState: boolean;
  /** More uploads than this at one time are 403 (GHCR's secondary limit). */
  readonly maxParallelUploads: number | undefined;
}

export const cleanUploads: UploadQuirks = {
  mount: "granted",
  mountFromAnywhere: false,
  sessionStatus: "answered",
  sessionCancelRefused: false,
  sessionDroppedAfterCut: false,
  unknownSessionAccepted: false,
  contentRangeIgnored: false,
  chunkedUploadRefused: false,
  closingAfterChunksRefused: false,
  patchLimitBytes: undefined,
  patchAnswersCreated: false,
  chunkMinBytes: undefined,
  chunkMaxBytes: undefined,
  maxBlobBytes: undefined,
  maxRequestBytes: undefined,
  singlePostDowngraded: false,
  closingWithoutLocation: false,
  onlyLastChunkKept: false,
  digestUnchecked: false,
  location: "relative",
  locationState: false,
  maxParallelUploads: undefined,
};
