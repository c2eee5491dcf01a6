import type { BundlePath } from "./bundle-path.js";
import type { Digest } from "./digest.js";
import type { JsonValue } from "./json.js";
import type { LayerName, RoleName, StoreName } from "./names.js";

export type EntryKind = "file" | "exec" | "link";

/** What a path is in one of the three trees. `size` in bytes; of a link, the bytes of its target. A difference in layer alone is a change. */
export interface FileState {
  readonly digest: Digest;
  readonly size: number;
  readonly kind: EntryKind;
  readonly layer: LayerName;
}
export interface TreeEntry {
  readonly path: BundlePath;
  readonly state: FileState;
}

/** A blob as a table names it. No store: the bundle's own repository. */
export interface BlobRef {
  readonly digest: Digest;
  readonly size: number;
  readonly store?: StoreName | undefined;
}
/** Stored bytes of a blob as they are; with `member`, whole gzip members of which `take` decoded bytes after `skip` are the file's. */
export interface Extent {
  readonly blob: BlobRef;
  readonly offset: number;
  readonly length: number;
  readonly member?: { readonly skip: number; readonly take: number } | undefined;
}
/** One file of a bundle, as a row of a table. */
export interface FileRow {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly digest: Digest;
  readonly size: number;
  /** Of a link only: relative target. */
  readonly target?: string | undefined;
  /** Of a file only; empty for a file of no bytes. */
  readonly extents: readonly Extent[];
  /** Set when an extent has a form that this version does not know: only this file cannot be read. */
  readonly unknownExtents?: true | undefined;
  /** Trailing members that this version does not know; kept when the row is written again unchanged. */
  readonly trailing?: readonly JsonValue[] | undefined;
}

export interface TableRef {
  readonly digest: Digest;
  /** Stored (gzip) bytes. */
  readonly size: number;
  readonly files: number;
  readonly first: BundlePath;
}
export interface LayerSummary {
  /** `layerDigest`. */
  readonly digest: Digest;
  readonly files: number;
  /** Sum of the files' sizes in bytes. */
  readonly size: number;
  readonly tables: readonly TableRef[];
}
/** Type and members of an external store; never a secret. */
export interface StoreDescription {
  readonly type: string;
  readonly [member: string]: string | number | boolean;
}
export interface Root {
  readonly schemaVersion: 1;
  readonly requires: readonly string[];
  readonly contentDigest: Digest;
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
  readonly defaultRole: RoleName | undefined;
  readonly stores: ReadonlyMap<StoreName, StoreDescription>;
  readonly layers: ReadonlyMap<LayerName, LayerSummary>;
  /** Members that this version does not know; they survive a push. */
  readonly unknown: Readonly<Record<string, JsonValue>>;
}
