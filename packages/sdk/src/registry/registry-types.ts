import type { Digest, LongCallOptions } from "@bale/spec";
import type { ClientOptions } from "../client/client-options.js";
import type { SelectOptions } from "../look/look-types.js";

export interface CopyOptions extends SelectOptions {
  /** Further tags at the destination. */
  readonly tags?: readonly string[] | undefined;
  /** Replaces a destination tag that is somewhere else. */
  readonly force?: boolean | undefined;
  readonly concurrency?: number | undefined;
  readonly dryRun?: boolean | undefined;
  /** Options of another client for the source, when it needs other credentials than the destination. */
  readonly from?: ClientOptions | undefined;
}
export interface CopyResult {
  readonly source: string;
  readonly destination: string;
  readonly manifest: Digest;
  readonly outcome: "copied" | "nothing-to-do" | "dry-run";
  readonly copiedBlobs: number;
  readonly copiedBytes: number;
  readonly mountedBlobs: number;
  readonly reusedBlobs: number;
}
export interface TagResult {
  readonly reference: string;
  readonly tag: string;
  readonly manifest: Digest;
  readonly outcome: "moved" | "unchanged" | "removed";
  readonly previous: Digest | undefined;
}
export interface PingReport {
  readonly host: string;
  readonly reachable: boolean;
  readonly authenticated: boolean;
  /** Milliseconds. */
  readonly latencyMs: number;
}
export interface RepackOptions extends LongCallOptions {
  readonly dryRun?: boolean | undefined;
  readonly concurrency?: number | undefined;
}
