import { comparePaths, type Digest, type FileRow } from "@bale/spec";
import type { IncomingFile, LayerPackInput } from "./pack-plan.js";
import { isWholeBlob } from "./whole-blob.js";

export interface ReusedContent {
  /** New paths of content that the layer stores already, with the extents of that content. */
  readonly reused: readonly FileRow[];
  /** Incoming files whose bytes must be stored. */
  readonly fresh: readonly IncomingFile[];
  /** Links and files of no bytes. */
  readonly empty: readonly IncomingFile[];
}

/** A file's row without bytes of its own: a link or an empty file. */
export function rowWithoutBytes(file: IncomingFile): FileRow {
  const { path, kind, digest, size } = file;
  const row = { path, kind, digest, size, extents: [] };
  return kind === "link" ? { ...row, target: file.target ?? "" } : row;
}

export function hasBytes(file: { readonly kind: string; readonly size: number }): boolean {
  return file.kind !== "link" && file.size > 0;
}

/** Whole blobs win over packs, and kept rows over dropped ones, since those cost least exactness; then the first path. */
function storedContent(input: LayerPackInput): Map<Digest, FileRow> {
  const wanted = new Set(input.incoming.map(({ digest }) => digest));
  const usable = (row: FileRow): boolean =>
    wanted.has(row.digest) && hasBytes(row) && row.extents.length > 0 && !row.unknownExtents;
  const kept = input.kept.map(({ row }) => row).filter(usable);
  const dropped = input.dropped.filter(usable);
  const stored = new Map<Digest, FileRow>();
  for (const rows of [kept.filter(isWholeBlob), dropped.filter(isWholeBlob), kept, dropped]) {
    const found = new Map<Digest, FileRow>();
    for (const row of rows) {
      if (!hasBytes(row) || row.extents.length === 0 || row.unknownExtents || stored.has(row.digest))
        continue;
      const other = found.get(row.digest);
      if (!other || comparePaths(row.path, other.path) < 0) found.set(row.digest, row);
    }
    for (const [digest, row] of found) stored.set(digest, row);
  }
  return stored;
}

/** Sorts out what needs no bytes. With `exact`, a path may share only a whole blob, which has one title a path. */
export function reuseContent(input: LayerPackInput, exact: boolean): ReusedContent {
  const stored = storedContent(input);
  const reused: FileRow[] = [];
  const fresh: IncomingFile[] = [];
  const empty: IncomingFile[] = [];
  for (const file of input.incoming) {
    if (!hasBytes(file)) {
      empty.push(file);
      continue;
    }
    const row = stored.get(file.digest);
    const shareable = row !== undefined && (!exact || (file.kind === "file" && isWholeBlob(row)));
    if (shareable) {
      const { path, kind, digest, size } = file;
      reused.push({ path, kind, digest, size, extents: row.extents });
    } else fresh.push(file);
  }
  return { reused, fresh, empty };
}
