import type { LayerName, RoleName } from "@bale/spec";

/** What a workspace remembers of `--role` and `--layer`: names only, so that a role which gains a layer takes effect at the next pull. */
export type Selection =
  | { readonly kind: "all" }
  | { readonly kind: "some"; readonly roles: readonly RoleName[]; readonly layers: readonly LayerName[] };

export interface SelectionRequest {
  /** Values of `--role`, as typed; `all` lifts every restriction. */
  readonly roles: readonly string[];
  /** Values of `--layer`, as typed. */
  readonly layers: readonly string[];
  readonly remembered?: Selection | undefined;
}

/** What a bundle offers to select from. */
export interface SelectableBundle {
  /** Every layer that it declares or has files in. */
  readonly layers: ReadonlySet<LayerName>;
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
  readonly defaultRole?: RoleName | undefined;
  /** An artifact of another tool, without an index: it has no roles, and all its files are in `default`. */
  readonly foreign?: boolean | undefined;
}

export interface ResolvedSelection {
  readonly kind: "all" | "some";
  /** Set when exactly one role, and no further layer, makes the selection. */
  readonly role?: RoleName | undefined;
  readonly roles: readonly RoleName[];
  /** Sorted; the layer `bale` is always among them. */
  readonly layers: ReadonlySet<LayerName>;
  /** Layers of the bundle that are not selected, sorted. */
  readonly leftOut: readonly LayerName[];
  readonly from: "request" | "remembered" | "default-role" | "everything";
  /** What to remember for the next command. */
  readonly selection: Selection;
}
