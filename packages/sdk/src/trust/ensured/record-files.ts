import { setTimeout as delay } from "node:timers/promises";
import type { FileRow } from "@bale/spec";
import { type FileStat, folderNow } from "@bale/workspace";
import type { RecordedFile } from "./ensure-record.js";

// One tick of the coarsest clock that stamps files on Linux is 10 ms; disks with coarser times are not waited for.
const LONGEST_WAIT_MS = 40;
const STEP_MS = 5;

function latestOf({ mtimeNs, ctimeNs }: FileStat): bigint {
  if (mtimeNs > ctimeNs) return mtimeNs;
  return ctimeNs;
}

/** Waits until a file that is written now would get a later time than any of these, if that is soon. */
async function passTick(staging: string, latest: bigint): Promise<bigint> {
  let nowNs = folderNow(staging);
  for (let waited = 0; nowNs !== 0n && nowNs <= latest && waited < LONGEST_WAIT_MS; waited += STEP_MS) {
    await delay(STEP_MS);
    nowNs = folderNow(staging);
  }
  return nowNs;
}

/** A row that is on disk, with the stat that the file had when its content was proved. */
export interface ProvedFile {
  readonly row: Pick<FileRow, "path" | "kind" | "digest" | "size">;
  readonly stat: FileStat | undefined;
}

/**
 * Rows with the stats by which a later run knows them without reading. Git's rule: a stat vouches for a file only when the clock of its disk
 * has moved on since, for else an edit could leave the same times.
 */
export async function recordFiles(
  staging: string,
  proved: readonly ProvedFile[],
): Promise<{ readonly files: readonly RecordedFile[]; readonly nowNs: bigint }> {
  const latest = proved.reduce(
    (most, { stat }) => (stat && latestOf(stat) > most ? latestOf(stat) : most),
    0n,
  );
  const nowNs = await passTick(staging, latest);
  const files = proved.map(({ row: { path, kind, digest, size }, stat }) => {
    const file = { path, kind, digest, size };
    return stat && latestOf(stat) < nowNs ? { ...file, stat } : file;
  });
  return { nowNs, files };
}
