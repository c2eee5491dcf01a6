import { BaleError } from "@bale/spec";

/** The one error of an aborted call, whatever the signal's reason was. */
export function interrupted(cause: unknown): BaleError {
  return BaleError.is(cause, "INTERRUPTED")
    ? cause
    : new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause });
}

/** @throws BaleError `INTERRUPTED` when the signal has aborted */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal.reason);
}
