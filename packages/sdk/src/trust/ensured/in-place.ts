import type { BundlePath, Digest } from "@bale/spec";
import { type Capabilities, type FileStat, sameFileStat } from "@bale/workspace";
import type { EnsureRecord, RecordedFile } from "./ensure-record.js";
import { type EnsureRun, isOfRun } from "./ensure-run.js";
import { listOthers } from "./list-others.js";
import { createLook, lookAtFiles } from "./look-at-files.js";
import type { ProvedFile } from "./record-files.js";

export function recordedByPath(record: EnsureRecord | undefined): ReadonlyMap<BundlePath, RecordedFile> {
  return new Map(record?.files.map((file) => [file.path, file]));
}

/** The digest of a file that was not touched since it was proved. */
export function knownDigests(
  recorded: ReadonlyMap<BundlePath, RecordedFile>,
): (path: BundlePath, stat: FileStat) => Digest | undefined {
  return (path, stat) => {
    const file = recorded.get(path);
    return file?.stat && sameFileStat(file.stat, stat) ? file.digest : undefined;
  };
}

function hasOthers(root: string, run: EnsureRun, record: EnsureRecord): boolean {
  if (!run.options.mirror) return false;
  const wanted = new Set<string>(record.files.map(({ path }) => path));
  const others = listOthers(root, (path) => wanted.has(path));
  return others.files.length + others.emptyFolders.length > 0;
}

/** Whether everything is in place by stats alone. Reads no file, takes no lock, and so works on a disk that cannot be written. */
export function isInPlace(root: string, run: EnsureRun, record: EnsureRecord): boolean {
  if (!isOfRun(record, run)) return false;
  const look = createLook(root);
  const untouched = record.files.every(({ path, stat }) => {
    const seen = look(path);
    return seen.kind === "file" && stat !== undefined && sameFileStat(seen.stat, stat);
  });
  return untouched && !hasOthers(root, run, record);
}

/** The same by reading what the stats do not vouch for; `undefined` when something is not in place. */
export async function provedInPlace(
  root: string,
  run: EnsureRun,
  record: EnsureRecord,
  capabilities: Capabilities,
): Promise<readonly ProvedFile[] | undefined> {
  if (!isOfRun(record, run) || hasOthers(root, run, record)) return undefined;
  const known = knownDigests(recordedByPath(record));
  const { signal, onProgress, concurrency } = run.options;
  const looked = await lookAtFiles(root, record.files, {
    known,
    capabilities,
    signal,
    onProgress,
    concurrency,
  });
  const proved: ProvedFile[] = [];
  for (const { wanted, found } of looked) {
    if (found.kind !== "file" || found.digest !== wanted.digest || found.entry !== wanted.kind)
      return undefined;
    proved.push({ row: wanted, stat: found.stat });
  }
  return proved;
}
