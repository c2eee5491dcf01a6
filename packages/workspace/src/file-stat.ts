import { type BigIntStats, lstatSync } from "node:fs";
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

/** `undefined` for folders and special files. */
export function fileStatOf(stats: BigIntStats): FileStat | undefined {
  const kind = stats.isFile()
    ? (stats.mode & 0o111n) === 0n
      ? "file"
      : "exec"
    : stats.isSymbolicLink()
      ? "link"
      : undefined;
  if (kind === undefined) return undefined;
  return {
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    ino: stats.ino,
    kind,
  };
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
    return lstatSync(path, { bigint: true });
  } catch (error) {
    const name = errnoOf(error);
    if (name === "ENOENT" || name === "ENOTDIR") return undefined;
    throw localError(error, path, "looking at");
  }
}
