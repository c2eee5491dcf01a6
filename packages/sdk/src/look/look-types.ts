import type { PathChange } from "@bale/core";
import type { Descriptor, Digest, EntryKind, LayerSummary, LongCallOptions } from "@bale/spec";

export interface SelectOptions extends LongCallOptions {
  readonly roles?: readonly string[] | undefined;
  readonly layers?: readonly string[] | undefined;
  /** Globs over whole paths. */
  readonly paths?: readonly string[] | undefined;
  readonly platform?: string | undefined;
}
/** A file of a bundle. */
export interface ListedFile {
  readonly path: string;
  readonly kind: EntryKind;
  /** Bytes. */
  readonly size: number;
  readonly digest: Digest;
  readonly layer: string;
  readonly target?: string | undefined;
  /** `registry`, or the names of the stores that hold its bytes. */
  readonly stores: readonly string[];
}
/** Every selected file of a bundle, in order of the paths. */
export interface ListResult {
  readonly reference: string;
  readonly manifest: Digest;
  readonly contentDigest: Digest;
  readonly files: readonly ListedFile[];
  readonly leftOut: readonly string[];
}
/** A layer of a bundle. */
export interface ShownLayer {
  readonly name: string;
  readonly files: number;
  /** Bytes of the files. */
  readonly size: number;
  readonly digest: LayerSummary["digest"];
  /** Bytes of the layer's blobs in the registry, as stored. */
  readonly storedSize: number;
}
/** A role of a bundle, with the sums of its layers. */
export interface ShownRole {
  readonly name: string;
  readonly layers: readonly string[];
  readonly files: number;
  readonly size: number;
}
/** What a bundle, or a file of it, is. */
export interface ShowResult {
  readonly reference: string;
  readonly manifest: Digest;
  readonly contentDigest: Digest;
  /** False for an artifact of another tool. */
  readonly bale: boolean;
  readonly artifactType: string | undefined;
  readonly envelope: "native" | "compatible" | undefined;
  readonly exact: boolean;
  readonly parent: Digest | "none" | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly files: number;
  readonly size: number;
  readonly layers: readonly ShownLayer[];
  readonly roles: readonly ShownRole[];
  readonly defaultRole: string | undefined;
  readonly stores: readonly { readonly name: string; readonly type: string }[];
  readonly manifestLayers: number;
  /** With `REF//PATH`: that one file. */
  readonly file?: ListedFile | undefined;
}
/** Blobs in one store. */
export interface StoreShare {
  /** `registry` is the bundle's own repository. */
  readonly store: string;
  readonly blobs: number;
  /** As stored. */
  readonly bytes: number;
}
/** A layer, and what it costs to have it. */
export interface RoleLayer extends ShownLayer {
  readonly stores: readonly StoreShare[];
}
/** What a first pull asks for, manifest and index included, when nothing fails. A blob in an external store may take more requests. */
export interface PullCost {
  readonly requests: number;
  readonly bytes: number;
}
/** Layers and roles of a bundle. */
export interface RolesResult {
  readonly reference: string;
  readonly defaultRole: string | undefined;
  readonly roles: readonly (ShownRole & { readonly pull: PullCost })[];
  readonly layers: readonly RoleLayer[];
  /** Of the whole bundle. */
  readonly all: PullCost;
}
/** A manifest as the registry serves it. */
export interface ManifestResult {
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Exactly as served. */
  readonly bytes: Uint8Array;
  readonly descriptor: Descriptor;
}
/** One manifest of a history. */
export interface LogEntry {
  readonly manifest: Digest;
  readonly contentDigest: Digest | undefined;
  readonly version: string | undefined;
  readonly created: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}
/** A history, newest first, and why it ends. */
export interface LogResult {
  readonly reference: string;
  readonly entries: readonly LogEntry[];
  /** How the chain ends: at its beginning, at a manifest that is gone, at one without a parent annotation, or after 64 steps. */
  readonly end: "beginning" | "gone" | "unknown" | "limit";
}
/** `diff A B`: two trees; `diff A`: a tree against W; `diff`: W against its base; with `remote`, the three-way verdicts. */
export interface DiffOptions extends SelectOptions {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
  readonly remote?: boolean | undefined;
  /** Fetches both contents of changed text files, at most 1 MiB each. */
  readonly patch?: boolean | undefined;
  /** How much is fetched for that: changed files, and bytes of both their sides, the smallest files first. Default: everything. */
  readonly patchLimit?: { readonly files: number; readonly bytes: number } | undefined;
}
/** One path that differs between A and B. */
export interface DiffChange {
  readonly path: string;
  readonly change: "added" | "removed" | "modified" | "kind" | "layer" | "renamed";
  readonly from?: string | undefined;
  readonly before?:
    | { readonly digest: Digest; readonly size: number; readonly kind: EntryKind; readonly layer: string }
    | undefined;
  readonly after?:
    | { readonly digest: Digest; readonly size: number; readonly kind: EntryKind; readonly layer: string }
    | undefined;
  /** With `patch`: a unified diff, or why there is none. */
  readonly patch?:
    | { readonly text: string }
    | { readonly reason: "binary" | "too-large" | "unavailable" }
    | undefined;
}
/** What differs between A and B; names of the two, and the changes in order of their paths. */
export interface DiffResult {
  readonly a: string;
  readonly b: string;
  readonly changes: readonly DiffChange[];
  /** With `remote`: the verdicts of the three-way table. */
  readonly verdicts: readonly PathChange[] | undefined;
}
