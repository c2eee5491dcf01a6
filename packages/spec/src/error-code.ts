import type { ErrorKind } from "./error-kind.js";

/** One row of the closed table. `retry`: whether repeating the same call can help. */
export interface ErrorRow {
  readonly kind: ErrorKind;
  readonly exit: number;
  readonly retry: boolean;
  readonly help: string;
}

/** Every failure that bale can report, in alphabetical order. Scripts rely on the names: none is ever renamed. */
export const ERROR_TABLE = {
  ARCHIVE_INVALID: { kind: "integrity", exit: 5, retry: false, help: "the archive is damaged or no archive" },
  AUTH_FAILED: {
    kind: "unauthenticated",
    exit: 4,
    retry: false,
    help: "the registry did not accept the credentials",
  },
  AUTH_SERVICE: {
    kind: "unavailable",
    exit: 7,
    retry: true,
    help: "the token service did not give a usable answer",
  },
  BLOB_MISSING: {
    kind: "not-found",
    exit: 3,
    retry: false,
    help: "a blob that the bundle names is not in its store",
  },
  CACHE_CORRUPT: {
    kind: "integrity",
    exit: 5,
    retry: false,
    help: "a cached object does not match its name",
  },
  CAPABILITY_MISSING: {
    kind: "unsupported",
    exit: 10,
    retry: false,
    help: "the registry or store cannot do this",
  },
  CONFIG_INVALID: {
    kind: "invalid-config",
    exit: 2,
    retry: false,
    help: "a configuration file has mistakes",
  },
  CONNECT_FAILED: { kind: "unavailable", exit: 7, retry: true, help: "no connection to the host" },
  CREDENTIAL_HELPER: { kind: "unauthenticated", exit: 4, retry: false, help: "the credential helper failed" },
  CROSS_ORIGIN: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "the server led to another host where that is not allowed",
  },
  DENIED: { kind: "permission-denied", exit: 4, retry: false, help: "the credentials do not allow this" },
  DIGEST_MISMATCH: {
    kind: "integrity",
    exit: 5,
    retry: false,
    help: "the bytes do not have the digest that was asked for",
  },
  DIVERGED: {
    kind: "conflict",
    exit: 6,
    retry: false,
    help: "somebody replaced what this workspace had pushed",
  },
  EXTERNAL_MISSING: {
    kind: "not-found",
    exit: 3,
    retry: false,
    help: "an external store lacks a blob of the bundle",
  },
  FILE_CHANGED: { kind: "conflict", exit: 6, retry: false, help: "a file changed while it was read" },
  FILE_TOO_BIG: {
    kind: "resource-exhausted",
    exit: 8,
    retry: false,
    help: "the file system does not take a file of this size",
  },
  INDEX_INVALID: { kind: "integrity", exit: 5, retry: false, help: "the index of the bundle is malformed" },
  INTERNAL: { kind: "internal", exit: 1, retry: false, help: "a defect in bale" },
  INTERRUPTED: { kind: "cancelled", exit: 130, retry: false, help: "stopped on request" },
  IO: { kind: "resource-exhausted", exit: 8, retry: false, help: "reading or writing a local file failed" },
  LAYER_UNDECLARED: {
    kind: "invalid-config",
    exit: 2,
    retry: false,
    help: "a layer that still has files is not declared",
  },
  LAYER_UNKNOWN: { kind: "invalid-input", exit: 11, retry: false, help: "the bundle has no such layer" },
  LIMIT: { kind: "unsafe", exit: 9, retry: false, help: "a fixed limit on untrusted input was passed" },
  LINK_UNSAFE: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "a symbolic link leaves the tree or passes through another",
  },
  LOCKED: { kind: "conflict", exit: 6, retry: true, help: "another process holds the lock" },
  MANIFEST_INVALID: {
    kind: "integrity",
    exit: 5,
    retry: false,
    help: "the manifest is malformed or ambiguous",
  },
  MANIFEST_UNSUPPORTED: {
    kind: "unsupported",
    exit: 10,
    retry: false,
    help: "this kind of manifest is not a bundle",
  },
  NAME_COLLISION: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "two paths would be one file on some systems",
  },
  NAME_ENCODING: { kind: "unsafe", exit: 9, retry: false, help: "a file name is not UTF-8" },
  NAME_UNPORTABLE: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "a file name is reserved on a supported system",
  },
  NOT_A_WORKSPACE: { kind: "not-found", exit: 3, retry: false, help: "this folder is in no workspace" },
  NOT_FOUND: { kind: "not-found", exit: 3, retry: false, help: "the reference, tag or file does not exist" },
  NOT_REGULAR: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "devices, sockets and pipes cannot be in a bundle",
  },
  NO_SPACE: { kind: "resource-exhausted", exit: 8, retry: false, help: "the disk is full" },
  OFFLINE: {
    kind: "unavailable",
    exit: 7,
    retry: false,
    help: "the command needs the network, and --offline forbids it",
  },
  OPEN_FILES: { kind: "resource-exhausted", exit: 8, retry: false, help: "too many open files" },
  PATH_TOO_LONG: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "a path is longer than supported systems allow",
  },
  PERMISSION: {
    kind: "resource-exhausted",
    exit: 8,
    retry: false,
    help: "the operating system refused access to a local file",
  },
  PLAN_STALE: { kind: "conflict", exit: 6, retry: false, help: "the plan is not what would be done now" },
  PLUGIN_FAILED: { kind: "internal", exit: 1, retry: false, help: "a plugin broke its contract" },
  PLUGIN_INVALID: {
    kind: "invalid-config",
    exit: 2,
    retry: false,
    help: "a plugin or its configuration is not valid",
  },
  PROXY: { kind: "unavailable", exit: 7, retry: true, help: "the proxy refused or failed" },
  PULL_REFUSED: {
    kind: "conflict",
    exit: 6,
    retry: false,
    help: "pulling would lose work that exists only here",
  },
  PUSH_REFUSED: {
    kind: "conflict",
    exit: 6,
    retry: false,
    help: "pushing would lose work that exists only there",
  },
  RANGE_INVALID: {
    kind: "integrity",
    exit: 5,
    retry: false,
    help: "a server answered another range than the one asked for",
  },
  RATE_LIMITED: { kind: "rate-limited", exit: 7, retry: true, help: "the server asks for fewer requests" },
  REDIRECT: { kind: "unsafe", exit: 9, retry: false, help: "a redirect that is not followed" },
  REFERENCE_INVALID: { kind: "invalid-input", exit: 2, retry: false, help: "not a reference" },
  REGISTRY_LIMIT: {
    kind: "unsupported",
    exit: 10,
    retry: false,
    help: "the registry does not take a manifest like this",
  },
  ROLE_UNKNOWN: { kind: "invalid-input", exit: 11, retry: false, help: "the bundle has no such role" },
  SERVER: { kind: "unavailable", exit: 7, retry: true, help: "the server failed" },
  SIZE_MISMATCH: {
    kind: "integrity",
    exit: 5,
    retry: false,
    help: "the bytes do not have the size that was announced",
  },
  STATE_CORRUPT: { kind: "integrity", exit: 5, retry: false, help: "the state in .bale is damaged" },
  STATE_VERSION: {
    kind: "unsupported",
    exit: 10,
    retry: false,
    help: "the state in .bale was written by a newer bale",
  },
  STORE_BUSY: { kind: "unavailable", exit: 7, retry: true, help: "the store asks to come back later" },
  STORE_CONFLICT: {
    kind: "conflict",
    exit: 6,
    retry: false,
    help: "the store holds other bytes under this name",
  },
  STORE_CORRUPT: {
    kind: "integrity",
    exit: 5,
    retry: false,
    help: "the store did not keep the bytes that were sent",
  },
  STORE_DENIED: { kind: "permission-denied", exit: 4, retry: false, help: "the store refused access" },
  STORE_UNTRUSTED: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "the bundle names a store that you have not trusted",
  },
  SYMLINK_PARENT: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "a parent folder in the workspace is a symbolic link",
  },
  TAG_MOVED: { kind: "conflict", exit: 6, retry: false, help: "the tag moved since it was looked up" },
  TIMEOUT: { kind: "timeout", exit: 7, retry: true, help: "the server went silent" },
  TLS: { kind: "unavailable", exit: 7, retry: false, help: "the server's certificate was not accepted" },
  TOO_LARGE: {
    kind: "unsupported",
    exit: 10,
    retry: false,
    help: "the registry does not take a blob of this size",
  },
  TRUNCATED: { kind: "unavailable", exit: 7, retry: true, help: "the connection ended before the data did" },
  UNSAFE_PATH: {
    kind: "unsafe",
    exit: 9,
    retry: false,
    help: "a path that could leave the workspace or harm it",
  },
  UNSUPPORTED: {
    kind: "unsupported",
    exit: 10,
    retry: false,
    help: "a form that this version does not know",
  },
  USAGE: { kind: "invalid-input", exit: 2, retry: false, help: "the command was not understood" },
  WOULD_OVERWRITE: { kind: "conflict", exit: 6, retry: false, help: "a file is in the way" },
} as const;

/** A name from the closed table. */
export type ErrorCode = keyof typeof ERROR_TABLE;

// Checked here and not by "satisfies" on the table, which a declaration cannot carry (isolatedDeclarations).
const rows: Readonly<Record<ErrorCode, ErrorRow>> = ERROR_TABLE;

/** Whether a string is a code of the table. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(rows, value);
}
