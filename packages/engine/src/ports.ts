import type { BundlePath, ByteStream, CallOptions, Digest, FileRow, FileState } from "@bale/spec";

/** Manifests, roots and tables by digest, kept between commands. A miss is `undefined`; what is returned has the digest asked for. */
export interface IndexCache {
  readonly get: (digest: Digest) => Promise<Uint8Array | undefined>;
  readonly put: (digest: Digest, bytes: Uint8Array) => Promise<void>;
}

/** Reads files of the working tree as they were planned. */
export interface TreeSource {
  /**
   * The bytes of a tracked regular file, from `offset`. The stream ends with `FILE_CHANGED` when the file is not, before
   * and after the read, the one that the scan saw.
   */
  readonly open: (
    path: BundlePath,
    range?: { readonly offset: number; readonly length: number },
  ) => ByteStream;
  /** The whole of a small file at once, under the same promise. */
  readonly read: (path: BundlePath, state: FileState) => Promise<Uint8Array>;
  /** Target text of a tracked link. */
  readonly linkTarget: (path: BundlePath) => Promise<string>;
}

/** Where fetched content goes. The implementation checks size and digest before anything becomes visible. */
export interface FileSink {
  /** @throws BaleError `DIGEST_MISMATCH`, `SIZE_MISMATCH` when the content is not the row's */
  readonly write: (row: FileRow, content: ByteStream | Uint8Array, options?: CallOptions) => Promise<void>;
}

/** Files that a push or a foreign pull needs for a while; a later run finds finished ones by digest. */
export interface StagingArea {
  /** A new file that nobody sees until `commit`. */
  readonly create: () => Promise<StagedWriter>;
  /** Path and size of a committed file. */
  readonly find: (digest: Digest) => Promise<StagedFile | undefined>;
}
export interface StagedFile {
  readonly path: string;
  readonly size: number;
}
export interface StagedWriter {
  readonly write: (chunk: Uint8Array) => Promise<void>;
  readonly commit: (digest: Digest) => Promise<StagedFile>;
  readonly abort: () => Promise<void>;
}
