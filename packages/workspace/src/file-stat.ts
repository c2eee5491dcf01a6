import { type BigIntStats, lstatSync, type Stats } from "node:fs";
import { errnoOf, localError } from "./local-error.js";

/**
 * What tells an edited file from the one that was seen: size in bytes, times in nanoseconds, inode.
 * `ctimeNs` cannot be set by a program, so an edit that restores the modification time still shows.
 */
export interface FileStat {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  /** What the file system says it is, before capabilities and base have a word. */
  readonly kind: "file" | "exec" | "link";
}

// inode(7). `BigIntStats.isFile` and its kin convert two big integers a call: half the time of a walk over 100,000 files.
const TYPE = 0o170000;
const FILE = 0o100000;
const LINK = 0o120000;
const FOLDER = 0o040000;
const EXECUTABLE = 0o111;

export function isFolderMode(mode: bigint): boolean {
  return (Number(mode) & TYPE) === FOLDER;
}

function kindOf(mode: number): FileStat["kind"] | undefined {
  const type = mode & TYPE;
  if (type === FILE) return (mode & EXECUTABLE) === 0 ? "file" : "exec";
  return type === LINK ? "link" : undefined;
}

/** `undefined` for folders and special files. */
export function fileStatOf(stats: BigIntStats): FileStat | undefined {
  const kind = kindOf(Number(stats.mode));
  if (kind === undefined) return undefined;
  const { size, mtimeNs, ctimeNs, ino } = stats;
  return { size: Number(size), mtimeNs, ctimeNs, ino, kind };
}

/**
 * The same in plain numbers, which are read and compared much faster. Times are in milliseconds as Node rounds them, to a quarter of a microsecond; what is
 * compared with it was hashed two seconds after its last change, so that an edit is off by far more than that.
 */
export interface QuickStat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly kind: FileStat["kind"];
}

export function isFolderStats(stats: Stats): boolean {
  return (stats.mode & TYPE) === FOLDER;
}

/** `undefined` for folders and special files. */
export function quickStatOf(stats: Stats): QuickStat | undefined {
  const kind = kindOf(stats.mode);
  if (kind === undefined) return undefined;
  const { size, mtimeMs, ctimeMs, ino } = stats;
  return { size, mtimeMs, ctimeMs, ino, kind };
}

const NS = 1_000_000_000n;

/** Milliseconds as Node's `Stats` has them: seconds and nanoseconds are taken apart, for the rounding depends on it. */
export function millisecondsOf(ns: bigint): number {
  const rest = ((ns % NS) + NS) % NS;
  return Number((ns - rest) / NS) * 1000 + Number(rest) / 1e6;
}

/** Whether two looks saw the same file, untouched in between. */
export function sameFileStat(a: FileStat, b: FileStat): boolean {
  return (
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.ino === b.ino &&
    a.kind === b.kind
  );
}

/** `undefined` when nothing is there, a parent being a file included. @throws BaleError `PERMISSION`, `IO` */
export function lstatIfThere(path: string): BigIntStats | undefined {
  try {
    // Without the option each absent file costs an error object, ten times the call itself.
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    // Node 20 throws this one all the same.
    if (errnoOf(error) === "ENOTDIR") return undefined;
    throw localError(error, path, "looking at");
  }
}
