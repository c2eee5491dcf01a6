/** Where a blob's GET sends the client instead of answering itself. */
export interface BlobRedirect {
  /** Default 307. */
  readonly status?: 301 | 302 | 303 | 307 | 308;
  /** The presigned address answers 403 after this many milliseconds. Default: never. */
  readonly lifetimeMilliseconds?: number;
  /** The presigned address answers 403 after this many requests. Default: no limit. */
  readonly uses?: number;
  /** The second origin answers 400 to a request that carries Authorization, as S3 does. */
  readonly refusesAuthorization?: boolean;
}

/** How pulls differ from the clean registry. */
export interface ReadQuirks {
  /** `ignored`: 200 with all bytes to a Range. `shifted`: a 206 whose bytes and Content-Range begin one byte late. */
  readonly range: "honoured" | "ignored" | "shifted";
  /** `connection-cut`: what distribution 2.8 does instead of 416. */
  readonly rangePastEnd: "refused" | "connection-cut";
  /** Docker-Content-Digest; `other-algorithm` sends sha512 for a sha256 digest and the reverse, `wrong` a digest of other bytes. */
  readonly digestHeader: "right" | "absent" | "other-algorithm" | "wrong";
  /** No ETag, and If-None-Match and If-Range are not read (ggcr, zot, olareg). */
  readonly etagAbsent: boolean;
  /** A manifest's HEAD or GET is 404 unless Accept names its exact type; a wildcard does not count (distribution). */
  readonly acceptRequired: boolean;
  /** A manifest's GET without an OCI type in Accept gets a Docker schema 1 document (Quay). */
  readonly schema1WithoutAccept: boolean;
  /** GET of a blob answers with a presigned address on the second origin. */
  readonly blobRedirect: BlobRedirect | undefined;
  /** No Content-Length on a blob: GET is chunked, HEAD tells nothing of the size. */
  readonly blobLengthAbsent: boolean;
  /** JSON answers are gzipped when the client accepts gzip (nginx in front). */
  readonly jsonCompressed: boolean;
}

export const cleanReads: ReadQuirks = {
  range: "honoured",
  rangePastEnd: "refused",
  digestHeader: "right",
  etagAbsent: false,
  acceptRequired: false,
  schema1WithoutAccept: false,
  blobRedirect: undefined,
  blobLengthAbsent: false,
  jsonCompressed: false,
};
