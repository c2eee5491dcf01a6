import type { BundlePath, Digest, LayerName } from "@bale/spec";
import type { FileStat, QuickStat } from "../file-stat.js";
import { decodeColumnFile } from "../state/column-file.js";
import { decodeDigests } from "../state/digest-column.js";
import { CACHE_FORMAT, type CacheHeader, KINDS, NO_LAYER, SETTLED } from "./cache-format.js";
import type { CachedFile } from "./cached-file.js";

/** The cache file as it was read, row by row; objects are made only for the rows that somebody asks for. */
export interface CachedRows {
  readonly paths: readonly BundlePath[];
  readonly isCurrent: (row: number, stat: FileStat) => boolean;
  readonly isQuicklyCurrent: (row: number, stat: QuickStat) => boolean;
  readonly digestAt: (row: number) => Digest;
  readonly layerAt: (row: number) => LayerName | undefined;
  readonly fileAt: (row: number) => CachedFile;
}

// Dirty pages reach the disk within about 35 seconds on Linux (vm.dirty_expire_centisecs and the journal's commit).
const UNSAFE_BEFORE_SAVE_NS = 120_000_000_000n;

export interface CacheExpectation {
  readonly bootId: string | undefined;
  /** Text of the layer declarations; layers that others gave are dropped. */
  readonly layersKey: string;
  /** Paths of the state, which are mostly those of the cache too. */
  readonly paths?: readonly BundlePath[] | undefined;
}

/**
 * Rows of a cache file, or `undefined` when it is of another version or damaged: a cache is no state, it is made anew.
 * Files of the working tree are not synced when they are written. So after another boot of the machine, entries of files touched in the
 * two minutes before the cache was written count as unknown.
 */
export function decodeCachedRows(bytes: Uint8Array, expect: CacheExpectation): CachedRows | undefined {
  const file = decodeColumnFile("stat-cache", CACHE_FORMAT, bytes, expect.paths);
  if (typeof file === "string") return undefined;
  const header = file.header as unknown as CacheHeader;
  const count = file.paths.length;
  const { flags, layers: layerBytes, numbers, quick: quickBytes, digests } = file.columns;
  if (
    flags?.length !== count ||
    layerBytes?.length !== count * 2 ||
    numbers?.length !== count * 32 ||
    quickBytes?.length !== count * 32
  )
    return undefined;
  const digestAt = decodeDigests(digests, count);
  if (digestAt === undefined) return undefined;
  const layers = new Uint16Array(layerBytes.buffer, layerBytes.byteOffset, count);
  // Four columns in one: size, mtimeNs, ctimeNs, inode.
  const values = new BigInt64Array(numbers.buffer, numbers.byteOffset, count * 4);
  const at = (row: number, column: number): bigint => values[row * 4 + column] ?? 0n;
  // The same four as doubles.
  const quick = new Float64Array(quickBytes.buffer, quickBytes.byteOffset, count * 4);
  const rebooted = header.bootId !== expect.bootId;
  const unsafeFrom = BigInt(header.savedAtNs) - UNSAFE_BEFORE_SAVE_NS;
  const layersHold = header.layersKey === expect.layersKey;

  const isSafe = (row: number): boolean =>
    ((flags[row] ?? 0) & SETTLED) !== 0 &&
    (!rebooted || (at(row, 1) < unsafeFrom && at(row, 2) < unsafeFrom));
  const layerAt = (row: number): LayerName | undefined => {
    const layer = layers[row] ?? NO_LAYER;
    return layersHold && layer !== NO_LAYER ? (header.layers[layer] as LayerName) : undefined;
  };
  return {
    paths: file.paths as readonly BundlePath[],
    digestAt,
    layerAt,
    isCurrent: (row, stat) =>
      at(row, 2) === stat.ctimeNs &&
      at(row, 1) === stat.mtimeNs &&
      Number(at(row, 0)) === stat.size &&
      at(row, 3) === BigInt.asIntN(64, stat.ino) &&
      KINDS[(flags[row] ?? 0) & 3] === stat.kind &&
      isSafe(row),
    isQuicklyCurrent: (row, stat) =>
      quick[row * 4 + 2] === stat.ctimeMs &&
      quick[row * 4 + 1] === stat.mtimeMs &&
      quick[row * 4] === stat.size &&
      quick[row * 4 + 3] === stat.ino &&
      KINDS[(flags[row] ?? 0) & 3] === stat.kind &&
      isSafe(row),
    fileAt(row) {
      const layer = layerAt(row);
      return {
        stat: {
          size: Number(at(row, 0)),
          mtimeNs: at(row, 1),
          ctimeNs: at(row, 2),
          ino: BigInt.asUintN(64, at(row, 3)),
          kind: KINDS[(flags[row] ?? 0) & 3] ?? "file",
        },
        digest: digestAt(row),
        settled: isSafe(row),
        ...(layer === undefined ? {} : { layer }),
      };
    },
  };
}
