import { type BundlePath, comparePaths, type Digest, type LayerName } from "@bale/spec";
import { type FileStat, millisecondsOf, type QuickStat, sameFileStat } from "../file-stat.js";
import type { CachedFile } from "./cached-file.js";
import type { CachedRows } from "./cached-rows.js";

/** Remembers digests by (size, mtimeNs, ctimeNs, inode, kind). It may be lost at any time: only time is lost with it. */
export interface StatCache {
  /** The digest, and the layer if known, when the file was not touched since it was hashed. */
  readonly current: (path: BundlePath, stat: FileStat) => CurrentFile | undefined;
  /** The same for a walk over many files. */
  readonly quicklyCurrent: (path: BundlePath, stat: QuickStat) => CurrentFile | undefined;
  /** The whole entry, current or not. */
  readonly entry: (path: BundlePath) => CachedFile | undefined;
  readonly set: (path: BundlePath, file: CachedFile) => void;
  readonly delete: (path: BundlePath) => void;
  /** Sorted by path. */
  readonly entries: () => readonly (readonly [BundlePath, CachedFile])[];
  /** Whether it holds anything that the file on disk does not. */
  readonly hasChanged: () => boolean;
  readonly markSaved: () => void;
  /** The same digests, for other layer declarations. */
  readonly withoutLayers: () => StatCache;
}
export interface CurrentFile {
  readonly digest: Digest;
  readonly layer?: LayerName | undefined;
}

const NO_ROWS: CachedRows = {
  paths: [],
  isCurrent: () => false,
  isQuicklyCurrent: () => false,
  layerAt: () => undefined,
  digestAt: () => {
    throw new RangeError("no rows");
  },
  fileAt: () => {
    throw new RangeError("no rows");
  },
};

/** Rows are asked for in the order in which they were written: the next one is tried before a map of all is made. */
function rowFinder(paths: readonly BundlePath[]): (path: BundlePath) => number | undefined {
  let next = 0;
  let map: ReadonlyMap<BundlePath, number> | undefined;
  return (path) => {
    if (paths[next] === path) return next++;
    map ??= new Map(paths.map((each, row) => [each, row]));
    const row = map.get(path);
    if (row !== undefined) next = row + 1;
    return row;
  };
}

function isQuickly(known: FileStat, seen: QuickStat): boolean {
  return (
    known.size === seen.size &&
    millisecondsOf(known.mtimeNs) === seen.mtimeMs &&
    millisecondsOf(known.ctimeNs) === seen.ctimeMs &&
    Number(known.ino) === seen.ino &&
    known.kind === seen.kind
  );
}

function dropLayers(rows: CachedRows): CachedRows {
  return {
    ...rows,
    layerAt: () => undefined,
    fileAt: (row) => {
      const { layer: _, ...file } = rows.fileAt(row);
      return file;
    },
  };
}

/** A cache over what was read from disk; changes are laid over the rows. */
export function createStatCache(rows: CachedRows = NO_ROWS): StatCache {
  const rowOf = rowFinder(rows.paths);
  const changes = new Map<BundlePath, CachedFile | undefined>();
  let changed = false;
  const entry = (path: BundlePath): CachedFile | undefined => {
    if (changes.has(path)) return changes.get(path);
    const row = rowOf(path);
    return row === undefined ? undefined : rows.fileAt(row);
  };
  return {
    entry,
    current(path, stat) {
      if (changes.size > 0 && changes.has(path)) {
        const change = changes.get(path);
        return change?.settled && sameFileStat(change.stat, stat) ? change : undefined;
      }
      const row = rowOf(path);
      return row !== undefined && rows.isCurrent(row, stat)
        ? { digest: rows.digestAt(row), layer: rows.layerAt(row) }
        : undefined;
    },
    quicklyCurrent(path, stat) {
      if (changes.size > 0 && changes.has(path)) {
        const change = changes.get(path);
        return change?.settled && isQuickly(change.stat, stat) ? change : undefined;
      }
      const row = rowOf(path);
      return row !== undefined && rows.isQuicklyCurrent(row, stat)
        ? { digest: rows.digestAt(row), layer: rows.layerAt(row) }
        : undefined;
    },
    set(path, file) {
      changes.set(path, file);
      changed = true;
    },
    delete(path) {
      if (entry(path) === undefined) return;
      changes.set(path, undefined);
      changed = true;
    },
    entries() {
      const kept = rows.paths.flatMap((path, row) =>
        changes.has(path) ? [] : [[path, rows.fileAt(row)] as const],
      );
      const added = [...changes].flatMap(([path, file]) => (file ? [[path, file] as const] : []));
      return [...kept, ...added].sort(([a], [b]) => comparePaths(a, b));
    },
    hasChanged: () => changed,
    markSaved: () => {
      changed = false;
    },
    withoutLayers() {
      const next = createStatCache(dropLayers(rows));
      for (const [path, file] of changes) {
        if (file === undefined) next.delete(path);
        else next.set(path, { stat: file.stat, digest: file.digest, settled: file.settled });
      }
      return next;
    },
  };
}
