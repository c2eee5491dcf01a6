import { ERROR_TABLE, type ErrorCode } from "./error-code.js";
import type { ErrorKind, Retry } from "./error-kind.js";

export interface BaleErrorInit {
  readonly code: ErrorCode;
  /** What happened, one line, without the code and without a final full stop. */
  readonly message: string;
  /** The facts that explain it. */
  readonly why?: string | undefined;
  /** What to do, ready to paste where possible. */
  readonly fix?: string | undefined;
  /** Structured facts for `--json`: paths, references, digests, sizes. Never a secret. */
  readonly context?: Readonly<Record<string, ErrorContextValue>> | undefined;
  readonly retry?: Retry | undefined;
  readonly cause?: unknown;
}
export type ErrorContextValue = string | number | boolean | readonly string[];

/** The one error that bale's packages throw. Act on `code`, never on the text. */
export class BaleError extends Error {
  override readonly name = "BaleError";
  /** Marks the class across two installed copies of this package, where `instanceof` fails. */
  readonly baleErrorVersion = 1 as const;
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly context: Readonly<Record<string, ErrorContextValue>>;
  readonly retry: Retry;

  constructor(init: BaleErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    const row = ERROR_TABLE[init.code];
    this.code = init.code;
    this.kind = row.kind;
    this.why = init.why;
    this.fix = init.fix;
    this.context = init.context ?? {};
    this.retry = init.retry ?? (row.retry ? { kind: "safe" } : { kind: "never" });
  }

  /** Whether `error` is a `BaleError`, of this or another copy of the package, and of the given code if one is named. */
  static is(error: unknown, code?: ErrorCode): error is BaleError {
    return (
      typeof error === "object" &&
      error !== null &&
      "baleErrorVersion" in error &&
      (code === undefined || (error as BaleError).code === code)
    );
  }
}

/** The exit code of a failure: the table's, or 1 for anything that is no `BaleError`. */
export function exitCodeOf(error: unknown): number {
  return BaleError.is(error) ? ERROR_TABLE[error.code].exit : 1;
}
