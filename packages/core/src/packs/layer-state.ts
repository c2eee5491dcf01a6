import { type BundlePath, comparePaths, type FileRow, type LayerName } from "@bale/spec";
import { blobKey } from "./blob-key.js";
import { type BlobUse, blobUses } from "./blob-use.js";
import type { IncomingFile, LayerPackInput } from "./pack-plan.js";
import { hasBytes, reuseContent, rowWithoutBytes } from "./reuse-content.js";

/** One layer while its packs are planned: blobs leave `uses` for `rewritten` as the planner decides. */
export interface LayerState {
  readonly layer: LayerName;
  /** Whether the push changes it; else it is only here to become exact. */
  readonly active: boolean;
  readonly uses: Map<string, BlobUse>;
  readonly fresh: readonly IncomingFile[];
  /** Files of blobs that are written anew. */
  readonly rewritten: IncomingFile[];
  /** Links and files of no bytes, old and new. */
  readonly empty: readonly IncomingFile[];
  /** All rows that need no byte, those of `rewritten` still among them. */
  readonly rows: readonly FileRow[];
}

function asIncoming(row: FileRow, store: IncomingFile["store"]): IncomingFile {
  const { path, kind, digest, size, target } = row;
  return { path, kind, digest, size, target, store };
}

export function openLayer(input: LayerPackInput, exact: boolean, limit: number): LayerState {
  const { reused, fresh, empty } = reuseContent(input, exact);
  const kept = input.kept.map(({ row }) => row);
  return {
    layer: input.layer,
    active: input.incoming.length > 0 || input.dropped.length > 0,
    uses: blobUses(input, reused, limit),
    fresh,
    rewritten: [],
    empty: [...empty, ...kept.filter((row) => !hasBytes(row)).map((row) => asIncoming(row, undefined))],
    rows: [...kept, ...reused, ...empty.map(rowWithoutBytes)],
  };
}

/** Takes blobs out of use; their files are packed anew in the store where they were. Answers the bytes of these files. */
export function rewrite(state: LayerState, uses: readonly BlobUse[]): number {
  let bytes = 0;
  for (const use of uses) {
    if (!state.uses.delete(blobKey(use.blob))) continue;
    for (const row of use.rows) state.rewritten.push(asIncoming(row, use.blob.store));
    bytes += use.fileBytes;
  }
  return bytes;
}

/** The rows that are settled, sorted. */
export function settledRows(state: LayerState): readonly FileRow[] {
  const gone = new Set<BundlePath>(state.rewritten.map((file) => file.path));
  return state.rows.filter((row) => !gone.has(row.path)).sort((a, b) => comparePaths(a.path, b.path));
}
