import type { PathChange, VersionStep } from "@bale/core";
import type { Digest, LongCallOptions, TagUpdate } from "@bale/spec";
import type { PushedVersion } from "./version-push.js";

export interface PushCommandOptions extends LongCallOptions {
  /** In place of the upstream. */
  readonly reference?: string | undefined;
  /** Makes the reference the upstream. */
  readonly setUpstream?: boolean | undefined;
  /** Further tags that are to point at what is pushed. */
  readonly tags?: readonly string[] | undefined;
  /** Makes the next version: the tag is chosen, must not exist, and the highest version is what is compared with. `auto`: by what changed. */
  readonly bump?: VersionStep | "auto" | undefined;
  /** With `bump`: a pre-release of this name, `rc` for example, whose counter goes up. */
  readonly pre?: string | undefined;
  /** Moves `latest` along, as a pointer. */
  readonly latest?: boolean | undefined;
  /** Skips the three-way refusal, never the comparison of the tag. */
  readonly force?: boolean | undefined;
  readonly exact?: boolean | undefined;
  /** One manifest layer a file: nothing is packed but executables and links. */
  readonly flat?: boolean | undefined;
  readonly envelope?: "native" | "compatible" | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Writes all packs anew, although nothing changed. */
  readonly repack?: boolean | undefined;
  /** Says what would be sent and changes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly concurrency?: number | undefined;
}
/** A tag that a push moved, and where it was before. */
export interface PushedTag {
  readonly tag: string;
  readonly outcome: "moved" | "unchanged";
  readonly previous: Digest | undefined;
  /** `atomic` on layouts; `checked` on registries, none of which honours a conditional write of a tag. */
  readonly guarantee: "atomic" | "checked";
}
/** What a push did. Counts are of files and blobs, sizes in bytes. */
export interface PushResult {
  readonly reference: string;
  readonly manifest: Digest | undefined;
  readonly contentDigest: Digest;
  readonly outcome: "pushed" | "nothing-to-do" | "dry-run";
  readonly changes: readonly PathChange[];
  readonly removed: readonly string[];
  readonly sentFiles: number;
  readonly sentBlobs: number;
  /** Bytes of blobs that really went over the wire; of a dry run, at most that many. */
  readonly sentBytes: number;
  readonly reusedBlobs: number;
  readonly mountedBlobs: number;
  readonly exact: boolean | undefined;
  readonly artifactType: string;
  readonly tags: readonly PushedTag[];
  /** The version that was made; of a dry run, the one that would be. */
  readonly version?: PushedVersion | undefined;
}

/** A tag's answer as a command reports it. */
export function pushedTag(tag: string, update: TagUpdate): PushedTag {
  if (update.outcome === "rejected") throw new TypeError(`tag ${tag} was rejected`);
  return { tag, outcome: update.outcome, previous: update.previous, guarantee: update.guarantee };
}
