import { type BlobRef, comparePaths, type FileRow, type LayerName } from "@bale/spec";
import { blobKey, sameBlob } from "./blob-key.js";
import { carriedPackStaysExact } from "./carried-pack.js";
import { livePackBytes } from "./live-pack-bytes.js";
import type { KeptRow, LayerPackInput } from "./pack-plan.js";
import { isWholeBlob } from "./whole-blob.js";

/** A blob of the remote with the rows that will use it. */
export interface BlobUse {
  readonly layer: LayerName;
  readonly blob: BlobRef;
  /** One file's bytes and nothing else; else a pack. */
  readonly whole: boolean;
  readonly rows: readonly FileRow[];
  /** Bytes of the pack that its rows still need, as stored; an estimate. */
  readonly liveBytes: number;
  /** Bytes of files that rewriting it would send. */
  readonly fileBytes: number;
  /** Whether this workspace can write all its files anew and nothing would be lost. */
  readonly rewritable: boolean;
  /** Of a pack: each entry is live, at its path, with its content, and it is where other tools see it. */
  readonly exact: boolean;
}

interface Gathered {
  readonly blob: BlobRef;
  readonly rows: KeptRow[];
  readonly previous: FileRow[];
}

/** Adds `item` once to each blob that the row reads from. */
function gather(
  blobs: Map<string, Gathered>,
  row: FileRow,
  add: (gathered: Gathered) => void,
  keys: Map<BlobRef, string>,
): void {
  let seen: Set<string> | undefined;
  for (const { blob } of row.extents) {
    let key = keys.get(blob);
    if (key === undefined) {
      key = blobKey(blob);
      keys.set(blob, key);
    }
    if (row.extents.length > 1) {
      seen ??= new Set();
      if (seen.has(key)) continue;
      seen.add(key);
    }
    let gathered = blobs.get(key);
    if (!gathered) {
      gathered = { blob, rows: [], previous: [] };
      blobs.set(key, gathered);
    }
    add(gathered);
  }
}

// Headers of one entry, long names and folders included, and the end of the archive.
const ENTRY_ROOM_BYTES = 64 * 1024;

/** Trailing members cannot be carried to a new row, and an extent of unknown form cannot be replaced. */
function canBeRewritten({ row, held }: KeptRow, blob: BlobRef, limit: number): boolean {
  return (
    held &&
    row.size + ENTRY_ROOM_BYTES <= limit &&
    row.unknownExtents === undefined &&
    row.trailing === undefined &&
    row.extents.every((extent) => sameBlob(extent.blob, blob))
  );
}

/** The blobs of a layer that rows use after the push. `reused`: new paths of content that the layer already stores; `limit`: of a pack, in bytes. */
export function blobUses(
  input: LayerPackInput,
  reused: readonly FileRow[],
  limit: number,
): Map<string, BlobUse> {
  const blobs = new Map<string, Gathered>();
  const keys = new Map<BlobRef, string>();
  const addKept = (kept: KeptRow) => (to: Gathered) => {
    to.rows.push(kept);
    to.previous.push(kept.row);
  };
  for (const kept of input.kept) gather(blobs, kept.row, addKept(kept), keys);
  // What is new is here by definition.
  for (const row of reused) gather(blobs, row, (to) => to.rows.push({ row, held: true }), keys);
  for (const row of input.dropped) gather(blobs, row, (to) => to.previous.push(row), keys);
  const uses = new Map<string, BlobUse>();
  // By key, so that no decision hangs on the order in which rows came.
  for (const [key, { blob, rows: live, previous }] of [...blobs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (live.length === 0) continue;
    const rows = live.map(({ row }) => row).sort((a, b) => comparePaths(a.path, b.path));
    const whole = rows.every(isWholeBlob);
    const wasExact = blob.store === undefined && input.exactPacks.has(blob.digest);
    uses.set(key, {
      layer: input.layer,
      blob,
      whole,
      rows,
      liveBytes: whole ? blob.size : livePackBytes(rows, blob),
      fileBytes: rows.reduce((sum, row) => sum + row.size, 0),
      rewritable: live.every((kept) => canBeRewritten(kept, blob, limit)),
      exact: !whole && carriedPackStaysExact(previous, rows, wasExact),
    });
  }
  return uses;
}
