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
  ELOOP: "NOT_REGULAR",
  ENOTDIR: "NOT_FOUND",
};

/** The system's code of a failure, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** A failure of the file system as the one error; a `BaleError` passes through. */
export function localFailure(error: unknown, doing: string, path: string): BaleError {
  if (BaleError.is(error)) return error;
  const code = systemCode(error);
  return new BaleError({
    code: CODES[code ?? ""] ?? "IO",
    message: `${doing} failed: ${path}`,
    why: code ?? (error instanceof Error ? error.message : undefined),
    context: { path },
    cause: error,
  });
}

/** Runs `task` and turns what the file system throws into the one error. */
export async function withLocalErrors<Value>(
  doing: string,
  path: string,
  task: () => Promise<Value>,
): Promise<Value> {
  try {
    return await task();
  } catch (error) {
    throw localFailure(error, doing, path);
  }
}
