import type { Digest, LongCallOptions, PingDetails } from "@bale/spec";
import type { ClientOptions } from "../client/client-options.js";
import type { SelectOptions } from "../look/look-types.js";

export interface CopyOptions extends SelectOptions {
  /** Further tags at the destination. */
  readonly tags?: readonly string[] | undefined;
  /** Replaces a destination tag that is somewhere else. */
  readonly force?: boolean | undefined;
  readonly concurrency?: number | undefined;
  readonly dryRun?: boolean | undefined;
  /**
   * Blobs in external stores. `keep` (default): they stay where they are, and the stores are told of their new user. `copy`: they go along, beside
   * the bundle's own, into a layout or an archive, whose manifest stays the same. `inline`: they become blobs of the destination, by a new index and
   * manifest; the content digest stays.
   */
  readonly external?: "keep" | "copy" | "inline" | undefined;
  /** `image`: an image whose file system is the files, in place of the bundle. */
  readonly as?: "image" | undefined;
  /** Platforms of such an image; more than one make an image index. Default `linux/amd64`. */
  readonly imagePlatforms?: readonly string[] | undefined;
  /** Options of another client for the source, when it needs other credentials than the destination. */
  readonly from?: ClientOptions | undefined;
}
/** What a copy sent, and what was there already. */
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
/** What became of a tag. */
export interface TagResult {
  readonly reference: string;
  readonly tag: string;
  readonly manifest: Digest;
  readonly outcome: "moved" | "unchanged" | "removed";
  readonly previous: Digest | undefined;
}
/** How a registry answers. */
export interface PingReport {
  readonly host: string;
  readonly reachable: boolean;
  readonly authenticated: boolean;
  /** Milliseconds of the first request, connecting included. */
  readonly latencyMs: number;
  /** Where the plugin of the registry has more to say. */
  readonly details?: PingDetails | undefined;
}
export interface RepackOptions extends LongCallOptions {
  readonly dryRun?: boolean | undefined;
  readonly concurrency?: number | undefined;
}
