import type { BlobRef, BundlePath, Digest, EntryKind, FileRow, LayerName, StoreName } from "@bale/spec";

/** A new or changed file of a layer: its bytes are in this workspace. `size` in bytes; of a link, of its target. */
export interface IncomingFile {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly digest: Digest;
  readonly size: number;
  /** Of a link only. */
  readonly target?: string | undefined;
  /** What `storageRule` chose; none: the registry. */
  readonly store?: StoreName | undefined;
}
/** An unchanged row of the remote; `held`: this workspace has its bytes. */
export interface KeptRow {
  readonly row: FileRow;
  readonly held: boolean;
}
/** One layer that the push touches. Paths of `kept` and `incoming` are disjoint; no list needs an order. */
export interface LayerPackInput {
  readonly layer: LayerName;
  readonly kept: readonly KeptRow[];
  /** The remote's rows of this layer that the push removes or replaces: renames reuse their bytes, and packs that hold them are stale. */
  readonly dropped: readonly FileRow[];
  /** Packs of this layer that the remote's manifest marks as exact (unpack annotation). */
  readonly exactPacks: ReadonlySet<Digest>;
  readonly incoming: readonly IncomingFile[];
}
export interface PackOptions {
  /** Files below this many bytes are packed; the planner doubles it until at most 64 files stay whole. */
  readonly smallerThan: number;
  /** How many files may stay whole before the threshold doubles. Default 64; without end for a flat layout, where only executables and links are packed. */
  readonly wholeFiles?: number | undefined;
  /** Bytes that a pack aims at. */
  readonly target: number;
  /** Every pack must be exact afterwards. */
  readonly exact: boolean;
  /** For whoever writes the packs; sizes are planned by decoded bytes, so the plan is the same. */
  readonly compression: "gzip" | "none";
  /** Largest blob that the registry takes, in bytes. */
  readonly maxBlobSize?: number | undefined;
  /** Soft budget of manifest layers. */
  readonly manifestLayers: number;
  /** Most manifest layers that the registry takes. */
  readonly hardManifestLayers: number;
}
export interface PackInput {
  /** Touched layers. With `exact`, also each other layer that has a pack which is not exact, with nothing incoming. */
  readonly layers: readonly LayerPackInput[];
  readonly options: PackOptions;
  /** Manifest layers that this planner does not see: all tables after the push, the blobs of untouched layers, the root in the compatible envelope. */
  readonly otherBlobs: number;
}

/** One tar to write. */
export interface PlannedPack {
  readonly id: number;
  readonly layer: LayerName;
  readonly store?: StoreName | undefined;
  /**
   * `data`: files with bytes, each gets a row from `packExtents`.
   * `entries`: links and files of no bytes, whose rows are already in `PackPlan.rows`; the tar exists for other tools alone and no row refers to it.
   */
  readonly holds: "data" | "entries";
  /** Sorted bytewise by path. Each path has its own entry, equal content or not. */
  readonly entries: readonly IncomingFile[];
  /** Always: a pack just written has no stale entry. */
  readonly exact: true;
  /** Whether it holds files that were stored before. */
  readonly rewritten: boolean;
}
/** A file stored as a blob of its own: row extent `[blob, 0, size]`, where the blob's digest is the file's. `duplicates` have the same content. */
export interface PlannedWhole {
  readonly layer: LayerName;
  readonly store?: StoreName | undefined;
  readonly file: IncomingFile;
  readonly duplicates: readonly IncomingFile[];
}
/** A pack of the remote that stays in the manifest. */
export interface CarriedPack {
  readonly layer: LayerName;
  readonly blob: BlobRef;
  readonly exact: boolean;
}
/** What keeps the tree from being exact: a stale pack that could not be rewritten, or an executable outside a pack. */
export interface NotExact {
  readonly layer: LayerName;
  readonly blob: BlobRef;
  readonly reason: "stale-entries" | "executable-outside-pack";
}
export interface PackPlan {
  readonly packs: readonly PlannedPack[];
  readonly whole: readonly PlannedWhole[];
  /**
   * Rows that need no byte of this push, sorted by path, for each input layer: unchanged rows with their extents, new paths of content that the
   * layer already stores, links, and files of no bytes. With the rows of `packs` that hold data and of `whole` they are all rows of the layer.
   */
  readonly rows: ReadonlyMap<LayerName, readonly FileRow[]>;
  /** Packs of the input's layers that rows still use. */
  readonly carriedPacks: readonly CarriedPack[];
  /** Empty: every pack of these layers is exact and holds its executables. External blobs and other layers are the caller's to judge. */
  readonly notExact: readonly NotExact[];
  /** Incoming files that no blob of the registry can hold. */
  readonly tooLarge: readonly IncomingFile[];
  /** Bytes of files that are sent again although they did not change. */
  readonly rewrittenBytes: number;
  /** Manifest layers after the push, `otherBlobs` included. */
  readonly manifestLayers: number;
  readonly overHardLimit: boolean;
}
