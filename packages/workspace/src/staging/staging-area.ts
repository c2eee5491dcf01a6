import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestHex } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { lstatIfThere } from "../file-stat.js";
import { localError } from "../local-error.js";
import { PROCESS_TABLE, type ProcessTable } from "../lock/process-identity.js";
import type { StagedBlob } from "./staged-file.js";

const HEX = /^[0-9a-f]{64}$/;
// Names of `temporaryName`.
const TEMPORARY = /\.([0-9]+)\.[0-9a-f]{12}\.tmp$/;
const DAY_MS = 86_400_000;

function blobAt(file: string, digest: Digest): StagedBlob | undefined {
  const stats = lstatIfThere(file);
  return stats?.isFile() ? { digest, size: Number(stats.size), file } : undefined;
}

/** The staged bytes with this digest. Only the length is looked at: who sends them hashes them. @throws BaleError `PERMISSION`, `IO` */
export function findStaged(root: string, digest: Digest): StagedBlob | undefined {
  return blobAt(join(controlPaths(root).staging, digestHex(digest)), digest);
}

function namesIn(folder: string): readonly string[] {
  try {
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  } catch (error) {
    throw localError(error, folder, "reading");
  }
}

/** Everything that waits to be sent, by digest. @throws BaleError `PERMISSION`, `IO` */
export function listStaged(root: string): readonly StagedBlob[] {
  const { staging } = controlPaths(root);
  return namesIn(staging)
    .filter((name) => HEX.test(name))
    .flatMap((name) => blobAt(join(staging, name), `sha256:${name}` as Digest) ?? []);
}

/** Removing what is not there succeeds. @throws BaleError `PERMISSION`, `IO` */
export function removeStaged(root: string, digest: Digest): void {
  const file = join(controlPaths(root).staging, digestHex(digest));
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw localError(error, file, "removing");
  }
}

export interface ReclaimOptions {
  /** Staged blobs at least this old go, in milliseconds. Default one day. */
  readonly olderThanMs?: number | undefined;
  readonly keep?: ReadonlySet<Digest> | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs?: number | undefined;
  readonly processes?: ProcessTable | undefined;
  readonly dryRun?: boolean | undefined;
}
export interface Reclaimed {
  readonly files: number;
  readonly bytes: number;
}

function isReclaimable(name: string, ageMs: number, options: ReclaimOptions): boolean {
  const old = ageMs >= (options.olderThanMs ?? DAY_MS);
  if (HEX.test(name)) return old && !options.keep?.has(`sha256:${name}` as Digest);
  const writer = TEMPORARY.exec(name)?.[1];
  // A temporary file of a process that is gone can never be finished. The number may be another's by now: then age decides.
  return writer === undefined ? old : old || !(options.processes ?? PROCESS_TABLE).exists(Number(writer));
}

/** Removes leftovers from a folder of staged or temporary files. A clock that was set back makes files young, never old. */
export function reclaimFolder(folder: string, options: ReclaimOptions = {}): Reclaimed {
  const now = options.nowMs ?? Date.now();
  let files = 0;
  let bytes = 0;
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const stats = lstatIfThere(file);
    if (!stats || !isReclaimable(name, now - Number(stats.mtimeMs), options)) continue;
    files++;
    bytes += Number(stats.size);
    if (options.dryRun) continue;
    try {
      rmSync(file, { recursive: true, force: true });
    } catch (error) {
      throw localError(error, file, "removing");
    }
  }
  return { files, bytes };
}

/** Removes what dead processes and old pushes left in `.bale/staging`. Call with the lock held. @throws BaleError `PERMISSION`, `IO` */
export function reclaimStaging(root: string, options: ReclaimOptions = {}): Reclaimed {
  return reclaimFolder(controlPaths(root).staging, options);
}
