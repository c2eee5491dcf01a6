import type { Blocked, PathChange, PullSummary } from "@bale/core";
import type { Lineage } from "@bale/engine";
import type { Digest, LongCallOptions } from "@bale/spec";

export interface PullCommandOptions extends LongCallOptions {
  /** Switches the workspace to this reference; without one, the upstream. */
  readonly reference?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly layers?: readonly string[] | undefined;
  /** Limits this one pull. */
  readonly paths?: readonly string[] | undefined;
  readonly theirs?: readonly string[] | undefined;
  readonly ours?: readonly string[] | undefined;
  readonly overwrite?: boolean | undefined;
  readonly mirror?: boolean | undefined;
  readonly restore?: boolean | undefined;
  /** Removes unchanged files outside the selection from disk. */
  readonly drop?: boolean | undefined;
  readonly platform?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly concurrency?: number | undefined;
}
/** What a pull or a clone did. Counts are of files, sizes in bytes. */
export interface PullResult {
  readonly reference: string;
  readonly manifest: Digest;
  readonly contentDigest: Digest;
  readonly outcome: "pulled" | "nothing-to-do" | "dry-run";
  readonly changes: readonly PathChange[];
  readonly summary: PullSummary;
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly adopted: readonly string[];
  /** Files that `--drop` took off the disk, and those that it left because they hold work. */
  readonly dropped: readonly string[];
  readonly notDropped: readonly { readonly path: string; readonly reason: string }[];
  /** Files whose bytes really came over the wire, and the stored bytes of that. */
  readonly downloadedFiles: number;
  readonly downloadedBytes: number;
  /** Layers that the selection leaves out. */
  readonly leftOut: readonly string[];
  readonly role: string | undefined;
  readonly lineage: Lineage;
  readonly blocked: readonly Blocked[];
  /** Whether something that was here went to `.bale/replaced`. */
  readonly keptOld: number;
}
