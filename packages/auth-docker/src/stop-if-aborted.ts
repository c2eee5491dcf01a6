import { BaleError } from "@bale/spec";

/** @throws BaleError `INTERRUPTED` */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal.reason });
}
