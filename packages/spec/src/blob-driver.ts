import type { Brand } from "./brand.js";
import type { ByteRange, ByteSource, ByteStream, CallOptions } from "./bytes.js";
import type { Digest } from "./digest.js";
import type { ErrorKind, Retry } from "./error-kind.js";

/** Scheme-qualified address of stored bytes, computed by a driver from a digest and never read from an index. */
export type BlobLocator = Brand<`${string}:${string}`, "BlobLocator">;

export interface BlobStat {
  /** Bytes as stored. */
  readonly size: number;
  /** Where the backend itself keeps a sha256 of the content. */
  readonly storedDigest?: Digest | undefined;
}
export interface BlobReadOptions extends CallOptions {
  readonly range?: ByteRange | undefined;
}
export interface BlobWriteOptions extends CallOptions {
  readonly digest: Digest;
  /** Absolute count of bytes sent so far; falls when a retry starts over. */
  readonly onBytes?: ((sent: number) => void) | undefined;
}
export interface DriverLimits {
  /** Largest blob in bytes. */
  readonly maxBlobSize?: number | undefined;
  /** Preferred part of a multi-part write, in bytes. */
  readonly partSize?: number | undefined;
  /** Most calls at once. */
  readonly concurrency?: number | undefined;
}
export interface Classified {
  readonly kind: ErrorKind;
  readonly retry?: Retry | undefined;
}

/**
 * What a storage plugin implements; everybody else uses `BlobStore`, which wraps one.
 * Members are function properties, not methods, so that a driver which accepts less than promised fails to compile.
 */
export interface BlobDriver extends AsyncDisposable {
  readonly scheme: string;
  readonly limits: DriverLimits;
  /** True where the backend refuses bytes that do not have the digest (an OCI registry); else the caller hashes what it sends. */
  readonly verifiesDigest: boolean;
  /** Pure. Where this driver puts content with this digest. */
  readonly locate: (digest: Digest) => BlobLocator;
  /** Absence is an answer, not an error. */
  readonly stat: (locator: BlobLocator, options?: CallOptions) => Promise<BlobStat | undefined>;
  /**
   * Bytes, or exactly the range asked for; a backend that answers another range is an error, not a surprise.
   * A range that begins at or after the end is an error. A missing blob throws on the first step of the loop.
   */
  readonly read: (locator: BlobLocator, options?: BlobReadOptions) => ByteStream;
  /** Idempotent. All or nothing: a failed or aborted write leaves nothing at `locator`. */
  readonly write: (
    locator: BlobLocator,
    source: ByteSource,
    options: BlobWriteOptions,
  ) => Promise<"created" | "existed">;
  /** Maps a raw backend failure. The portable type does the wrapping, so drivers throw what they got. */
  readonly classify: (cause: unknown) => Classified | undefined;

  /** Pure. Requests that a write of so many bytes costs, looks included, when the blob is not there yet and nothing fails; absent: not known. */
  readonly writeRequests?: ((size: number) => number) | undefined;

  // Facets: presence is the capability. No second flag that could disagree.
  readonly listing?: BlobListing | undefined;
  readonly deletion?: BlobDeletion | undefined;
  readonly mounting?: BlobMounting | undefined;
  readonly uploads?: BlobUploads | undefined;
}
export interface BlobListing {
  readonly list: (
    options?: CallOptions & { readonly after?: BlobLocator | undefined },
  ) => AsyncIterable<BlobStat & { readonly locator: BlobLocator; readonly digest: Digest }>;
}
export interface BlobDeletion {
  /** Deleting what is not there succeeds. */
  readonly delete: (locator: BlobLocator, options?: CallOptions) => Promise<void>;
}
export interface BlobMounting {
  /** `from`: a repository of the same registry. Any answer but "mounted" means: upload. */
  readonly mount: (digest: Digest, from: string, options?: CallOptions) => Promise<"mounted" | "declined">;
}
/** A write that was never finished. It is no blob, but it takes up room until it is continued or aborted. */
export interface UnfinishedUpload {
  /** Where the blob would be. */
  readonly locator: BlobLocator;
  readonly digest: Digest;
  /** The backend's own name for the upload. */
  readonly id: string;
  /** By the backend's clock. */
  readonly startedAt: Date;
}
export interface BlobUploads {
  /** Those that began before a time, or all. One that another machine is working on is among them. */
  readonly list: (
    options?: CallOptions & { readonly startedBefore?: Date | undefined },
  ) => AsyncIterable<UnfinishedUpload>;
  /** Whoever still works on it starts over. Aborting what is gone succeeds. */
  readonly abort: (upload: Pick<UnfinishedUpload, "locator" | "id">, options?: CallOptions) => Promise<void>;
}
