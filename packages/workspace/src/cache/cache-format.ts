import type { BundlePath, EntryKind, LayerName } from "@bale/spec";
import { millisecondsOf } from "../file-stat.js";
import { encodeColumnFile } from "../state/column-file.js";
import { encodeDigests } from "../state/digest-column.js";
import type { CachedFile } from "./cached-file.js";

export const CACHE_FORMAT = 1;
export const KINDS: readonly EntryKind[] = ["file", "exec", "link"];
/** Flag beside the two bits of the kind. */
export const SETTLED = 4;
export const NO_LAYER = 0xffff;

export interface CacheHeader {
  /** Nanoseconds since 1970 on the clock of the workspace's disk, as text. */
  readonly savedAtNs: string;
  readonly bootId?: string;
  readonly layersKey: string;
  readonly layers: readonly LayerName[];
}

/** The bytes of `.bale/stat-cache`. */
export function encodeCache(
  entries: readonly (readonly [BundlePath, CachedFile])[],
  header: { readonly savedAtNs: bigint; readonly bootId: string | undefined; readonly layersKey: string },
): Uint8Array {
  const table = new Map<LayerName, number>();
  const layers = new Uint16Array(entries.length).fill(NO_LAYER);
  const flags = new Uint8Array(entries.length);
  const numbers = new BigInt64Array(entries.length * 4);
  const quick = new Float64Array(entries.length * 4);
  for (const [row, [, { stat, settled, layer }]] of entries.entries()) {
    flags[row] = KINDS.indexOf(stat.kind) | (settled ? SETTLED : 0);
    numbers[row * 4] = BigInt(stat.size);
    numbers[row * 4 + 1] = stat.mtimeNs;
    numbers[row * 4 + 2] = stat.ctimeNs;
    numbers[row * 4 + 3] = stat.ino; // Taken modulo 2^64: file systems use all 64 bits.
    quick[row * 4] = stat.size;
    quick[row * 4 + 1] = millisecondsOf(stat.mtimeNs);
    quick[row * 4 + 2] = millisecondsOf(stat.ctimeNs);
    quick[row * 4 + 3] = Number(stat.ino);
    if (layer === undefined) continue;
    if (!table.has(layer)) table.set(layer, table.size);
    layers[row] = table.get(layer) ?? NO_LAYER;
  }
  return encodeColumnFile("stat-cache", CACHE_FORMAT, {
    header: {
      savedAtNs: String(header.savedAtNs),
      ...(header.bootId === undefined ? {} : { bootId: header.bootId }),
      layersKey: header.layersKey,
      layers: [...table.keys()],
    },
    paths: entries.map(([path]) => path),
    columns: {
      flags,
      layers: new Uint8Array(layers.buffer),
      numbers: new Uint8Array(numbers.buffer),
      quick: new Uint8Array(quick.buffer),
      digests: encodeDigests(entries.map(([, { digest }]) => digest)),
    },
  });
}
