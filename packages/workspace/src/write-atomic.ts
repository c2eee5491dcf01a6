import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BaleError } from "@bale/spec";
import { localError } from "./local-error.js";
import { writeAllSync } from "./write-all.js";

/** When written bytes are forced to the disk. `auto`: state and journals are, files of the working tree are not. */
export type FsyncMode = "auto" | "always" | "never";

export interface AtomicWriteOptions {
  /** Mode before the umask. Default 0600: what is in `.bale` is the user's alone. */
  readonly mode?: number | undefined;
  readonly sync: boolean;
}

const CREATE = constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** A name that no other process uses. */
export function temporaryName(base: string): string {
  return `${base}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`;
}

/** Makes a rename in this folder survive a loss of power. Systems that cannot sync folders are passed over. */
export function syncFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY);
  } catch {
    return; // Windows opens no folder.
  }
  try {
    fsyncSync(fd);
  } catch {
    // Some network file systems refuse; the rename itself has happened.
  } finally {
    closeSync(fd);
  }
}

/** Creates a file that did not exist, following no link. The caller closes it. */
export function createExclusive(path: string, mode: number, readable: boolean = false): number {
  return openSync(path, CREATE | (readable ? constants.O_RDWR : constants.O_WRONLY), mode);
}

/** Writes a file that did not exist: all bytes, length check, fsync if asked. What a failure leaves is removed. */
export function writeNewFile(
  path: string,
  bytes: Uint8Array,
  options: { readonly mode: number; readonly sync: boolean; readonly label: string },
): void {
  let fd: number;
  try {
    fd = createExclusive(path, options.mode);
  } catch (error) {
    // Whatever is there is not ours.
    throw localError(error, options.label, "writing", { neededBytes: bytes.length, place: path });
  }
  try {
    try {
      writeAllSync(fd, bytes, 0);
      if (fstatSync(fd).size !== bytes.length)
        throw new BaleError({ code: "IO", message: `${options.label} was not written completely` });
      if (options.sync) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw localError(error, options.label, "writing", { neededBytes: bytes.length, place: path });
  }
}

/**
 * Old content or new content, never a part: temporary file, all bytes, length check, fsync, rename, fsync of the folder.
 * A failed fsync is not repeated on the same handle, since the kernel may have dropped the pages.
 * @throws BaleError `NO_SPACE`, `PERMISSION`, `IO` and the rest of `localError`
 */
export function writeFileAtomic(path: string, bytes: Uint8Array, options: AtomicWriteOptions): void {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  writeNewFile(temporary, bytes, { mode: options.mode ?? 0o600, sync: options.sync, label: path });
  try {
    renameSync(temporary, path);
    if (options.sync) syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw localError(error, path, "writing");
  }
}
