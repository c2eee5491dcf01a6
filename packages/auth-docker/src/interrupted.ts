import { BaleError } from "@bale/spec";

export function interrupted(signal: AbortSignal): BaleError {
  return new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal.reason });
}

/** @throws BaleError `INTERRUPTED` */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal);
}
