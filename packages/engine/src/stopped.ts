import { BaleError } from "@bale/spec";

/** @throws BaleError `INTERRUPTED` once the signal is aborted */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const { reason } = signal;
  throw BaleError.is(reason)
    ? reason
    : new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: reason });
}
