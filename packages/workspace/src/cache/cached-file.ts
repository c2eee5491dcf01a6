import type { Digest, LayerName } from "@bale/spec";
import type { FileStat } from "../file-stat.js";

/** What is known of a file as it was when it was hashed. */
export interface CachedFile {
  readonly stat: FileStat;
  readonly digest: Digest;
  /**
   * Whether any later edit must change the stat: the file's times were more than two seconds before the moment of hashing.
   * Else an edit inside the same tick of the clock could go unseen (git calls such an entry racy; FAT ticks every two seconds).
   */
  readonly settled: boolean;
  /** The layer that the project's declarations gave; spares globs over 100,000 paths. */
  readonly layer?: LayerName | undefined;
}

const TWO_SECONDS_NS = 2_000_000_000n;

/** Whether a file with these times, hashed at `nowNs` on the clock of its own disk, cannot be edited unseen. */
export function isSettled(stat: FileStat, nowNs: bigint): boolean {
  const before = nowNs - TWO_SECONDS_NS;
  return stat.mtimeNs < before && stat.ctimeNs < before;
}
