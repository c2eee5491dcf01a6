import type { BundlePath, FileState, LayerName, TreeEntry } from "@bale/spec";
import type { ThreeWayResult } from "../diff/three-way-types.js";
import type { Blocked } from "./blocked.js";

export interface PushInput {
  readonly diff: ThreeWayResult;
  /** `force` skips the three-way refusal: held paths are replaced by what is here, all others are carried. */
  readonly policy: { readonly force: boolean };
}

/** What a push changes in the remote's tree. Plain data; nothing here says how bytes are stored. */
export interface PushPlan {
  readonly kind: "push";
  /** Sorted by path. Not empty: the plan cannot be approved. */
  readonly blocked: readonly Blocked[];
  /** Files that the remote gets or that change there, in path order. */
  readonly upserts: ReadonlyMap<BundlePath, FileState>;
  /** Paths that leave the remote, in path order. */
  readonly deletes: readonly BundlePath[];
  /** Untracked files that are byte for byte the remote's: tracked from now on, the remote's rows stay. */
  readonly adopts: readonly TreeEntry[];
  /** Paths equal here and in the remote whose base differs; `base` is what it becomes. */
  readonly repairs: readonly { readonly path: BundlePath; readonly base: FileState | undefined }[];
  /** Layers of which the push must write tables anew. */
  readonly layersTouched: ReadonlySet<LayerName>;
}
