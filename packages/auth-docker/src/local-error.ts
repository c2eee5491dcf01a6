import { BaleError, type ErrorCode } from "@bale/spec";

const CODES: Readonly<Record<string, ErrorCode>> = {
  EACCES: "PERMISSION",
  EPERM: "PERMISSION",
  EROFS: "PERMISSION",
  ENOSPC: "NO_SPACE",
  EDQUOT: "NO_SPACE",
  EMFILE: "OPEN_FILES",
  ENFILE: "OPEN_FILES",
};

/** The system's name of a failure such as `ENOENT`; `undefined` for errors that have none. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || BaleError.is(error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** A failure of the file system in bale's words; everything else as it is. */
export function localError(error: unknown, path: string, doing: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  return new BaleError({
    code: (Object.hasOwn(CODES, errno) && CODES[errno]) || "IO",
    message: `${doing} ${path} failed`,
    why: `the operating system says ${errno}`,
    context: { path },
    cause: error,
  });
}
