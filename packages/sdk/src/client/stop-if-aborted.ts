import { BaleError } from "@bale/spec";

/** @throws BaleError `INTERRUPTED` */
export function stopIfAborted(signal: AbortSignal | undefined, doing: string): void {
  if (signal?.aborted)
    throw new BaleError({ code: "INTERRUPTED", message: `stopped while ${doing}`, cause: signal.reason });
}
