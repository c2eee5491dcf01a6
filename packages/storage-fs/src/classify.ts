import { BaleError, type Classified, type ErrorKind } from "@bale/spec";

/** A failure that the file system did not report itself. */
export class FsStoreError extends Error {
  override readonly name = "FsStoreError";
  readonly kind: ErrorKind;
  constructor(kind: ErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

const KINDS: Readonly<Record<string, ErrorKind>> = {
  EACCES: "permission-denied",
  EPERM: "permission-denied",
  EROFS: "permission-denied",
  ENOENT: "not-found",
  EEXIST: "already-exists",
  // A file, a link or a folder is where the store would have something else.
  ENOTDIR: "conflict",
  EISDIR: "conflict",
  ELOOP: "unsafe",
  ENAMETOOLONG: "invalid-config",
  ENOSPC: "resource-exhausted",
  EDQUOT: "resource-exhausted",
  EMFILE: "resource-exhausted",
  ENFILE: "resource-exhausted",
  EFBIG: "resource-exhausted",
  ENOMEM: "resource-exhausted",
  EIO: "resource-exhausted",
  ENOTSUP: "unsupported",
  ENOSYS: "unsupported",
  // What network file systems say while their server is away.
  EAGAIN: "unavailable",
  EBUSY: "unavailable",
  ECONNRESET: "unavailable",
  EHOSTDOWN: "unavailable",
  EHOSTUNREACH: "unavailable",
  ENETUNREACH: "unavailable",
  ENOLINK: "unavailable",
  ESTALE: "unavailable",
  ETIMEDOUT: "timeout",
};

/** The system's code of a failure, such as `ENOENT`. */
export function errnoOf(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}

/** `undefined` for what is neither of the file system nor of this package. */
export function classify(cause: unknown): Classified | undefined {
  if (BaleError.is(cause)) return { kind: cause.kind, retry: cause.retry };
  if (cause instanceof FsStoreError) return { kind: cause.kind };
  if (cause instanceof Error && (cause.name === "AbortError" || cause.name === "TimeoutError"))
    return { kind: "cancelled", retry: { kind: "never" } };
  const errno = errnoOf(cause);
  const kind = errno !== undefined && Object.hasOwn(KINDS, errno) ? KINDS[errno] : undefined;
  return kind && { kind };
}
