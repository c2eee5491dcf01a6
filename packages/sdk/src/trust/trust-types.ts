import type { Digest, LongCallOptions } from "@bale/spec";
import type { SelectOptions } from "../look/look-types.js";

export interface EnsureOptions extends SelectOptions {
  readonly directory: string;
  readonly mirror?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly concurrency?: number | undefined;
}
/** What a folder needed to have the bundle's content. */
export interface EnsureResult {
  readonly reference: string;
  readonly directory: string;
  readonly manifest: Digest;
  readonly contentDigest: Digest;
  readonly outcome: "written" | "nothing-to-do" | "dry-run";
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly downloadedFiles: number;
  readonly downloadedBytes: number;
  readonly leftOut: readonly string[];
}
export interface VerifyOptions extends SelectOptions {
  /** A reference; without one, the workspace: its files against their digests and its upstream's index. */
  readonly reference?: string | undefined;
  /** Of a reference: reads every file and every blob as well, not only the index. Files of a workspace or folder are always read. */
  readonly deep?: boolean | undefined;
  readonly concurrency?: number | undefined;
}
/** One file or blob that is not what it should be. */
export interface VerifyProblem {
  readonly path?: string | undefined;
  readonly blob?: Digest | undefined;
  readonly code: string;
  readonly message: string;
}
/** What was checked, and what is wrong with it. No problems means that every check passed. */
export interface VerifyResult {
  readonly subject: string;
  readonly manifest: Digest | undefined;
  readonly contentDigest: Digest | undefined;
  readonly layers: readonly {
    readonly name: string;
    readonly digest: Digest;
    readonly files: number;
    readonly ok: boolean;
  }[];
  readonly checkedFiles: number;
  /** Blobs that were asked for. */
  readonly checkedBlobs: number;
  /** Bytes of files that were read and hashed. */
  readonly checkedBytes: number;
  readonly problems: readonly VerifyProblem[];
}
export interface GcOptions extends LongCallOptions {
  readonly dryRun?: boolean | undefined;
}
/** What was removed from `.bale`; sizes in bytes. */
export interface GcReport {
  readonly removedFiles: number;
  readonly removedBytes: number;
  readonly kept: number;
}
/** Something that is wrong with a workspace, and what to do. */
export interface DoctorProblem {
  readonly what: string;
  readonly fix: string;
  readonly repaired: boolean;
}
/** What is wrong with a workspace; nothing is an empty list. */
export interface DoctorReport {
  readonly root: string;
  readonly problems: readonly DoctorProblem[];
}
