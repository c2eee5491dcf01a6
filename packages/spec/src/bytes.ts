import type { Digest } from "./digest.js";

/** The one trailing argument of everything that can take long. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}
/** Bytes from `start` up to, but not including, `endExclusive`; without an end, to the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly endExclusive?: number | undefined;
}
/** Breaking out of the loop, or an abort, releases the underlying handle: implementations clean up in `finally`. */
export type ByteStream = AsyncIterable<Uint8Array>;
/** Bytes that can be opened again: retry, resume and multipart all need a second read. */
export interface ByteSource {
  readonly size: number;
  readonly open: (options?: CallOptions & { readonly range?: ByteRange | undefined }) => ByteStream;
}
export interface RunningHash {
  readonly update: (chunk: Uint8Array) => void;
  readonly finish: () => Digest;
}
/** The only door to a digest implementation, so that pure packages import no crypto. Synchronous, in this thread. */
export interface Hasher {
  readonly begin: () => RunningHash;
  readonly digest: (bytes: Uint8Array) => Digest;
}
/** Deflate through a port, for the same reason. Raw deflate, RFC 1951. */
export interface Deflater {
  readonly deflateRaw: (bytes: Uint8Array, level: number) => Uint8Array;
  readonly crc32: (bytes: Uint8Array, previous?: number) => number;
}
export interface Inflater {
  /** All of one gzip stream (one or more members, RFC 1952). @throws BaleError `LIMIT` past `maxBytes`, `INDEX_INVALID` when damaged */
  readonly gunzip: (bytes: Uint8Array, maxBytes: number) => Uint8Array;
}
