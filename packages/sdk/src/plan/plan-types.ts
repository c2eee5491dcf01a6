import type { PullAction, VersionStep } from "@bale/core";
import type { Digest, FileState, LongCallOptions } from "@bale/spec";
import type { PullResult } from "../pull/pull-options.js";
import type { PushResult } from "../push/push-options.js";

/** What carrying the plan out asks of servers, when nothing fails and nobody has to say first who asks. */
export interface PredictedCost {
  readonly requests: number;
  readonly bytes: number;
  /** By external store; requests are those that its driver tells of. */
  readonly stores: readonly {
    readonly store: string;
    readonly blobs: number;
    readonly bytes: number;
    readonly requests?: number | undefined;
  }[];
}
/** One path of a push: what the remote has, and what it gets. */
export interface PlannedChange {
  readonly path: string;
  /** In the remote now; absent: it has no such path. */
  readonly before?: FileState | undefined;
  /** Absent: the path leaves the bundle. */
  readonly after?: FileState | undefined;
}
/** A tag that a push would move. */
export interface PlannedTag {
  readonly tag: string;
  /** Where it must be when it is moved. */
  readonly expect: Digest | "absent" | "anything";
}
/** Of a push command, what decides what is pushed. */
export interface PushPlanOptions {
  readonly reference?: string | undefined;
  readonly setUpstream?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly bump?: VersionStep | "auto" | undefined;
  readonly pre?: string | undefined;
  readonly latest?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly exact?: boolean | undefined;
  readonly flat?: boolean | undefined;
  readonly envelope?: "native" | "compatible" | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}
/** The options of a pull that its plan was made with. */
export interface PullPlanOptions {
  readonly reference?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly layers?: readonly string[] | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly theirs?: readonly string[] | undefined;
  readonly ours?: readonly string[] | undefined;
  readonly overwrite?: boolean | undefined;
  readonly mirror?: boolean | undefined;
  readonly restore?: boolean | undefined;
  readonly drop?: boolean | undefined;
  readonly platform?: string | undefined;
}
interface PlanMembers {
  readonly schemaVersion: 1;
  /** Registry, repository and tag. */
  readonly reference: string;
  /** The manifest that the tag was at; absent: there was none. */
  readonly remote?: Digest | undefined;
  readonly contentDigest: Digest;
  readonly predicted: PredictedCost;
}
/** What a push would do: plain data, which may be written to a file and carried out later, where its packs are staged. */
export interface PushPlanDocument extends PlanMembers {
  readonly kind: "push";
  readonly options: PushPlanOptions;
  readonly outcome: "push" | "nothing-to-do";
  /** The manifest that the push makes. */
  readonly manifest: Digest;
  readonly changes: readonly PlannedChange[];
  readonly tags: readonly PlannedTag[];
  readonly version?: string | undefined;
}
/** What a pull would do: plain data, which may be written to a file and carried out later. */
export interface PullPlanDocument extends PlanMembers {
  readonly kind: "pull";
  readonly options: PullPlanOptions;
  readonly outcome: "pull" | "nothing-to-do";
  readonly manifest: Digest;
  readonly actions: readonly PullAction[];
  /** Files that leave the disk since their layer is not selected any more. */
  readonly dropped: readonly string[];
}
/** What a push or pull would do, to be looked at and carried out later. Plain data, as a file holds it. */
export type PlanDocument = PushPlanDocument | PullPlanDocument;

/** What the push or the pull did that the plan was of. */
export type AppliedPlan = ({ readonly kind: "push" } & PushResult) | ({ readonly kind: "pull" } & PullResult);
/** Options of carrying out a plan; what it does is in the plan. */
export type ApplyOptions = LongCallOptions & { readonly concurrency?: number | undefined };
