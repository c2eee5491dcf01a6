import {
  BaleError,
  type BlobDriver,
  type BlobStat,
  type Digest,
  type ErrorCode,
  type ErrorKind,
  shortDigest,
} from "@bale/spec";
import { interrupted } from "./interrupted.js";
import { localErrorCode } from "./local-error.js";
import { printableCause } from "./printable-cause.js";
import { whatToDo } from "./what-to-do.js";

interface FailedCall {
  readonly driver: Pick<BlobDriver, "classify">;
  readonly name: string | undefined;
  /** None where the whole store is meant. */
  readonly blob?: { readonly digest: Digest; readonly size?: number | undefined } | undefined;
  readonly operation:
    | "look up"
    | "read"
    | "write"
    | "mount"
    | "delete"
    | "leave a marker"
    | "list the users"
    | "list the blobs"
    | "list unfinished uploads"
    | "give up an unfinished upload";
  readonly signal: AbortSignal | undefined;
}

const OWN_CODES: Readonly<Record<ErrorKind, ErrorCode>> = {
  "invalid-input": "PLUGIN_FAILED",
  "invalid-config": "CONFIG_INVALID",
  unsupported: "CAPABILITY_MISSING",
  "not-found": "BLOB_MISSING",
  "already-exists": "STORE_CONFLICT",
  conflict: "STORE_CONFLICT",
  "precondition-failed": "STORE_CONFLICT",
  unauthenticated: "AUTH_FAILED",
  "permission-denied": "DENIED",
  integrity: "DIGEST_MISMATCH",
  unsafe: "LIMIT",
  "rate-limited": "RATE_LIMITED",
  unavailable: "SERVER",
  timeout: "TIMEOUT",
  "resource-exhausted": "IO",
  cancelled: "INTERRUPTED",
  internal: "PLUGIN_FAILED",
};
const EXTERNAL_CODES: Readonly<Record<ErrorKind, ErrorCode>> = {
  ...OWN_CODES,
  "not-found": "EXTERNAL_MISSING",
  unauthenticated: "STORE_DENIED",
  "permission-denied": "STORE_DENIED",
  "rate-limited": "STORE_BUSY",
  unavailable: "STORE_BUSY",
};
/** Codes of the shared HTTP client that say less than the store's own; all others (TLS, TIMEOUT, CONNECT_FAILED …) say more. */
const RENAMED: ReadonlySet<ErrorCode> = new Set([
  "NOT_FOUND",
  "AUTH_FAILED",
  "DENIED",
  "RATE_LIMITED",
  "SERVER",
]);

function storeText(name: string | undefined): string {
  return name === undefined ? "the bundle's repository" : `store ${name}`;
}

function context(
  name: string | undefined,
  blob: { digest: Digest; size?: number | undefined } | undefined,
): Record<string, string | number> {
  return {
    ...(blob ? { digest: blob.digest } : {}),
    ...(blob?.size === undefined ? {} : { size: blob.size }),
    ...(name === undefined ? {} : { store: name }),
  };
}

function codeOf(cause: unknown, kind: ErrorKind | undefined, name: string | undefined): ErrorCode {
  const table = name === undefined ? OWN_CODES : EXTERNAL_CODES;
  if (kind === "resource-exhausted" || kind === undefined) {
    const local = localErrorCode(cause);
    if (local) return local;
  }
  return kind === undefined ? "PLUGIN_FAILED" : table[kind];
}

/** One error for whatever a driver threw, with a code that fits the store and the call. Never shows a URL's query. */
export function wrapStoreError(cause: unknown, call: FailedCall): BaleError {
  if (call.signal?.aborted) return interrupted(cause);
  const own = BaleError.is(cause) ? cause : undefined;
  if (own && !RENAMED.has(own.code)) return own;
  const classified = own ? { kind: own.kind, retry: own.retry } : call.driver.classify(cause);
  const code = codeOf(cause, classified?.kind, call.name);
  if (own && own.code === code) return own;
  return new BaleError({
    code,
    message: call.blob
      ? `could not ${call.operation} blob ${shortDigest(call.blob.digest)} in ${storeText(call.name)}`
      : `could not ${call.operation} in ${storeText(call.name)}`,
    why: own?.why ?? own?.message ?? printableCause(cause),
    fix: own?.fix ?? whatToDo(code, call.name),
    context: { ...own?.context, ...context(call.name, call.blob) },
    retry: classified?.retry,
    cause,
  });
}

/** The content has another digest. `resumed`: it was put together from several answers, so that a fresh download can help. */
export function digestMismatch(
  name: string | undefined,
  blob: { readonly digest: Digest; readonly size: number },
  actual: Digest,
  resumed: boolean,
): BaleError {
  return new BaleError({
    code: "DIGEST_MISMATCH",
    message: `blob ${shortDigest(blob.digest)} in ${storeText(name)} is damaged`,
    why: `its bytes have the digest ${actual}`,
    context: { ...context(name, blob), actual },
    retry: resumed ? { kind: "safe" } : { kind: "never" },
  });
}

/** More bytes came than the blob has. */
export function sizeMismatch(
  name: string | undefined,
  blob: { readonly digest: Digest; readonly size: number },
): BaleError {
  return new BaleError({
    code: "SIZE_MISMATCH",
    message: `blob ${shortDigest(blob.digest)} in ${storeText(name)} is longer than announced`,
    why: `more than ${blob.size} bytes came`,
    context: context(name, blob),
  });
}

/** The store has fewer bytes than the blob: no matter of the network. */
export function tooShort(
  name: string | undefined,
  blob: { readonly digest: Digest; readonly size: number },
  found: number,
): BaleError {
  return new BaleError({
    code: "SIZE_MISMATCH",
    message: `blob ${shortDigest(blob.digest)} in ${storeText(name)} is shorter than announced`,
    why: `${found} of ${blob.size} bytes are there`,
    context: context(name, blob),
  });
}

/** The transfer ended early. */
export function truncated(
  name: string | undefined,
  blob: { readonly digest: Digest; readonly size: number },
  received: number,
  expected: number,
): BaleError {
  return new BaleError({
    code: "TRUNCATED",
    message: `blob ${shortDigest(blob.digest)} from ${storeText(name)} ended early`,
    why: `${received} of ${expected} bytes came`,
    context: { ...context(name, blob), received },
  });
}

/** The range lies outside the blob, or the answer is longer than the range. */
export function rangeInvalid(
  name: string | undefined,
  blob: { readonly digest: Digest; readonly size: number },
  why: string,
): BaleError {
  return new BaleError({
    code: "RANGE_INVALID",
    message: `wrong range of blob ${shortDigest(blob.digest)} in ${storeText(name)}`,
    why,
    context: context(name, blob),
  });
}

/** The key was taken by something else; it is never overwritten. */
export function storeConflict(
  name: string | undefined,
  blob: { readonly digest: Digest; readonly size: number },
  stat: BlobStat | undefined,
): BaleError {
  return new BaleError({
    code: "STORE_CONFLICT",
    message: `${storeText(name)} holds other bytes under ${shortDigest(blob.digest)}`,
    why: stat
      ? `they are ${stat.size} bytes, not ${blob.size}`
      : "the store says that they exist, and then that they do not",
    fix: "remove the damaged object from the store, then push again",
    context: context(name, blob),
  });
}

/** A write succeeded, and what can be seen of it afterwards is wrong. */
export function storeCorrupt(
  name: string | undefined,
  blob: { readonly digest: Digest; readonly size: number },
  stat: BlobStat | undefined,
): BaleError {
  return new BaleError({
    code: "STORE_CORRUPT",
    message: `${storeText(name)} did not keep blob ${shortDigest(blob.digest)} as it was sent`,
    why: stat ? `it holds ${stat.size} bytes, ${blob.size} were sent` : "it is absent after the write",
    context: context(name, blob),
  });
}
