import type { Digest } from "@bale/spec";
import type { SelectOptions } from "../look/look-types.js";

/** Takes an archive piece by piece; the next piece comes when this has settled. */
export type ArchiveSink = (chunk: Uint8Array) => Promise<void>;

export interface ExportOptions extends SelectOptions {
  /** An absolute path, under which nothing appears before all of it is written; or a function, such as one that writes to a pipe. */
  readonly output: string | ArchiveSink;
  /** Default: as the output is named (`.gz`, `.tgz`). */
  readonly gzip?: boolean | undefined;
  /** A plain tar of the files, in place of an OCI layout. */
  readonly files?: boolean | undefined;
  /** False leaves the blobs of external stores out. Default true. */
  readonly external?: boolean | undefined;
  /** False: a file that is there already is a refusal. Default true. */
  readonly replace?: boolean | undefined;
  readonly concurrency?: number | undefined;
  /** Says what would be written; without `files` and `gzip` to the byte. */
  readonly dryRun?: boolean | undefined;
}
/** One bundle, or another tool's artifact, in an archive. */
export interface ExportedBundle {
  readonly reference: string;
  readonly manifest: Digest;
  /** Its name in the archive. */
  readonly name: string | undefined;
}
/** What an export wrote, or would write. */
export interface ExportResult {
  /** The file; `undefined` where a function took the bytes. */
  readonly output: string | undefined;
  readonly form: "layout" | "files";
  readonly gzip: boolean;
  readonly outcome: "exported" | "dry-run";
  readonly bundles: readonly ExportedBundle[];
  /** Of the archive: one for the same manifests, names and options, on every machine. */
  readonly digest: Digest | undefined;
  /** Bytes of the archive, where they are known. */
  readonly size: number | undefined;
  /** Blobs in it, manifests included; 0 for a tar of files. */
  readonly blobs: number;
  /** Files in a tar of files. */
  readonly files: number | undefined;
  /** Blobs in it that lie in external stores. */
  readonly externalBlobs: number;
  /** Blobs of external stores that are not in it. */
  readonly leftOutBlobs: number;
  readonly leftOutBytes: number;
  /** Layers that were not selected. */
  readonly leftOut: readonly string[];
}
