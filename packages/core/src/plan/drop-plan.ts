import type { BundlePath, LayerName, TreeEntry } from "@bale/spec";
import type { PullAction } from "./pull-plan.js";

export interface DropInput {
  /** Both sorted by `comparePaths`, held paths only. */
  readonly base: Iterable<TreeEntry>;
  readonly local: Iterable<TreeEntry>;
  readonly selected: (layer: LayerName) => boolean;
  readonly path?: ((path: BundlePath) => boolean) | undefined;
}

/** What `pull --drop` takes off the disk and out of the state. It never refuses: what it cannot drop it lists. */
export interface DropPlan {
  readonly kind: "drop";
  readonly actions: readonly Extract<PullAction, { readonly type: "delete" }>[];
  /** Held paths outside the selection that are changed, added or deleted here, and stay. */
  readonly kept: readonly { readonly path: BundlePath; readonly reason: string }[];
}
