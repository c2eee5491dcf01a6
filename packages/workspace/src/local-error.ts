import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { BaleError, type ErrorCode } from "@bale/spec";

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "NO_SPACE",
  EDQUOT: "NO_SPACE",
  EACCES: "PERMISSION",
  EPERM: "PERMISSION",
  EROFS: "PERMISSION",
  EMFILE: "OPEN_FILES",
  ENFILE: "OPEN_FILES",
  EFBIG: "FILE_TOO_BIG",
  ENAMETOOLONG: "PATH_TOO_LONG",
};
const FIXES: Partial<Record<ErrorCode, string>> = {
  NO_SPACE: "make room on the disk and run the command again; what is finished is not repeated",
  PERMISSION: "check owner and mode of the file and of its folder",
  OPEN_FILES: "raise the limit of open files (`ulimit -n`) or lower --concurrency",
  FILE_TOO_BIG: "use a file system, or a file-size limit (`ulimit -f`), that takes the file",
};

/** The system's name of a failure (`ENOENT`), or `undefined`. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return undefined; // The folder may not exist yet; the number is only a help.
  }
}

export interface ErrorFacts {
  /** Size of what was to be written. */
  readonly neededBytes?: number | undefined;
  /** Absolute file on the disk in question, where `path` is only a name for people. */
  readonly place?: string | undefined;
}

/**
 * Maps what the operating system said about a local file to one `BaleError`: `NO_SPACE`, `PERMISSION`, `OPEN_FILES`, `FILE_TOO_BIG`,
 * `PATH_TOO_LONG`, `INTERRUPTED` for an abort, else `IO`. A `BaleError` is returned as it is.
 * `operation` is a gerund: "writing".
 */
export function localError(
  error: unknown,
  path: string,
  operation: string,
  facts: ErrorFacts = {},
): BaleError {
  if (BaleError.is(error)) return error;
  const name = errnoOf(error);
  if (name === "ABORT_ERR" || (error instanceof Error && error.name === "AbortError"))
    return new BaleError({
      code: "INTERRUPTED",
      message: `stopped while ${operation} ${path}`,
      cause: error,
    });
  const code = (name === undefined ? undefined : CODES[name]) ?? "IO";
  const free = code === "NO_SPACE" ? freeBytes(facts.place ?? path) : undefined;
  const needed = code === "NO_SPACE" ? facts.neededBytes : undefined;
  const said = name ?? (error instanceof Error ? error.message : String(error));
  return new BaleError({
    code,
    message: `${operation} ${path} failed`,
    why: [
      `the system said ${said}`,
      ...(free === undefined ? [] : [`${free} bytes are free there`]),
      ...(needed === undefined ? [] : [`${needed} bytes are needed for this file`]),
    ].join("; "),
    fix: FIXES[code],
    context: {
      path,
      operation,
      ...(name ? { errno: name } : {}),
      ...(free === undefined ? {} : { free }),
      ...(needed === undefined ? {} : { needed }),
    },
    cause: error,
  });
}

/** @throws BaleError `INTERRUPTED` once the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined, operation: string): void {
  if (!signal?.aborted) return;
  if (BaleError.is(signal.reason)) throw signal.reason;
  throw new BaleError({ code: "INTERRUPTED", message: `stopped while ${operation}` });
}
