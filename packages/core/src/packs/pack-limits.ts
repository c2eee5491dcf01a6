import { PACKS_AIM, WHOLE_FILES } from "./pack-constants.js";
import type { PackOptions } from "./pack-plan.js";

// A stored member is at most 33 bytes longer than its 128 KiB; the rest is room for the end of the archive.
const FRAMING = 0.001;
const RESERVE_BYTES = 2048;

/** Most tar bytes of a pack that surely fits into a blob of the registry. */
export function packLimit(options: PackOptions): number {
  if (options.maxBlobSize === undefined) return Number.POSITIVE_INFINITY;
  return Math.floor(options.maxBlobSize * (1 - FRAMING)) - RESERVE_BYTES;
}

function countAtLeast(descending: readonly number[], size: number): number {
  let low = 0;
  let high = descending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((descending[middle] as number) >= size) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The size from which files of the registry stay whole: `smallerThan`, doubled until at most 64 do. `sizes`: of files that may stay whole;
 * `keptWhole`: files that are whole already.
 */
export function wholeFileThreshold(
  sizes: readonly number[],
  keptWhole: number,
  options: Pick<PackOptions, "smallerThan" | "wholeFiles">,
): number {
  const descending = [...sizes].sort((a, b) => b - a);
  const room = Math.max(0, (options.wholeFiles ?? WHOLE_FILES) - keptWhole);
  let threshold = Math.max(1, options.smallerThan);
  while (countAtLeast(descending, threshold) > room) threshold *= 2;
  return threshold;
}

/** Bytes that a pack aims at, so that packs stay few however much is packed. */
export function packTarget(packedBytes: number, options: PackOptions): number {
  return Math.max(1, Math.min(Math.max(options.target, packedBytes / PACKS_AIM), packLimit(options)));
}
