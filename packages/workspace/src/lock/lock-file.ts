import { closeSync, linkSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { errnoOf, localError } from "../local-error.js";
import { writeAllSync } from "../write-all.js";
import { createExclusive, temporaryName } from "../write-atomic.js";
import type { LockRecord } from "./process-identity.js";

/** A lock file as somebody else sees it. `unreadable`: there, but without a record (yet). */
export type SeenLock =
  | { readonly kind: "held"; readonly record: LockRecord }
  | { readonly kind: "unreadable"; readonly ageMs: number };

function isRecord(value: unknown): value is LockRecord {
  if (typeof value !== "object" || value === null) return false;
  const record = value as Partial<LockRecord>;
  return (
    Number.isInteger(record.pid) &&
    typeof record.host === "string" &&
    typeof record.token === "string" &&
    /^[0-9a-f]{24}$/.test(record.token) &&
    typeof record.command === "string" &&
    typeof record.sinceMs === "number"
  );
}

/** `undefined` when there is no lock. @throws BaleError `PERMISSION`, `IO` */
export function readLock(path: string): SeenLock | undefined {
  try {
    const text = readFileSync(path, "utf8");
    const value: unknown = text === "" ? undefined : JSON.parse(text);
    if (isRecord(value)) return { kind: "held", record: value };
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    if (!(error instanceof SyntaxError)) throw localError(error, path, "reading");
  }
  try {
    return { kind: "unreadable", ageMs: Date.now() - lstatSync(path).mtimeMs };
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw localError(error, path, "reading");
  }
}

function writeRecord(path: string, record: LockRecord): void {
  const fd = createExclusive(path, 0o600);
  try {
    writeAllSync(fd, Buffer.from(JSON.stringify(record)), 0);
  } finally {
    closeSync(fd);
  }
}

/**
 * Creates the lock if there is none. A hard link makes name and record appear together, so that a crash leaves no empty lock;
 * disks without hard links get an exclusive create.
 * @throws BaleError `PERMISSION`, `NO_SPACE`, `IO`
 */
export function tryCreateLock(path: string, record: LockRecord): boolean {
  const temporary = temporaryName(path);
  try {
    writeRecord(temporary, record);
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      writeRecord(path, record);
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw localError(error, path, "locking");
  } finally {
    rmSync(temporary, { force: true });
  }
}
