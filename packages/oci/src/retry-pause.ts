import { BaleError } from "@bale/spec";

const LONGEST_PAUSE_MS = 10_000;

/** Whether the same work, begun anew, may succeed. */
export function mayPassLater(error: unknown): error is BaleError {
  return BaleError.is(error) && error.retry.kind !== "never";
}

/** @throws BaleError `INTERRUPTED` */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal.reason });
}

/**
 * Waits before the next try: what the server asked for, else doubled from `firstMs` with full jitter.
 * @throws BaleError `INTERRUPTED` as soon as `signal` aborts
 */
export async function pauseBeforeRetry(
  failed: { readonly attempt: number; readonly error?: unknown },
  firstMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked =
    BaleError.is(failed.error) && failed.error.retry.kind === "after" ? failed.error.retry.milliseconds : 0;
  const bound = Math.min(firstMs * 2 ** (failed.attempt - 1), LONGEST_PAUSE_MS);
  const milliseconds = Math.max(asked, Math.random() * bound);
  checkAborted(signal);
  if (milliseconds < 1) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener("abort", finish, { once: true });
  });
  checkAborted(signal);
}
