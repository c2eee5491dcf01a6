import type { ErrorCode } from "@bale/spec";

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "NO_SPACE",
  EDQUOT: "NO_SPACE",
  EMFILE: "OPEN_FILES",
  ENFILE: "OPEN_FILES",
  EACCES: "PERMISSION",
  EPERM: "PERMISSION",
  EROFS: "PERMISSION",
  EFBIG: "FILE_TOO_BIG",
  EIO: "IO",
};

/** The `errno` name of a failure of Node's file functions. */
export function errnoOf(cause: unknown): string | undefined {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** The code for a failure of the local system; `undefined` for any other failure. */
export function localErrorCode(cause: unknown): ErrorCode | undefined {
  const code = errnoOf(cause);
  return code === undefined || !Object.hasOwn(CODES, code) ? undefined : CODES[code];
}
