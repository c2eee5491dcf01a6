import { BaleError, type Classified, LIMITS, type Retry } from "@bale/spec";

export interface RetryPolicy {
  /** Most tries, the first included. */
  readonly tries: number;
  /** Upper bound of the first pause in milliseconds; doubles with each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Waits; rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The usual policy with what a caller wants otherwise. */
export function retryPolicy(changes: Partial<RetryPolicy> = {}): RetryPolicy {
  return {
    tries: LIMITS.tries,
    firstPauseMs: 250,
    longestPauseMs: 10_000,
    sleep,
    random: Math.random,
    ...changes,
  };
}

const RETRIED_KINDS = new Set(["unavailable", "timeout", "rate-limited"]);

/** Whether a failure is worth another try: what the driver or error says, else by kind. Unknown failures are not. */
export function retryOf(cause: unknown, classified: Classified | undefined): Retry {
  if (classified?.retry) return classified.retry;
  if (BaleError.is(cause)) return cause.retry;
  return classified && RETRIED_KINDS.has(classified.kind) ? { kind: "safe" } : { kind: "never" };
}

/** Pause before try number `next` (2 for the first repetition): full jitter, or what the server asked for, within the limit. */
export function pauseBefore(next: number, retry: Retry, policy: RetryPolicy): number {
  if (retry.kind === "after") return Math.min(Math.max(retry.milliseconds, 0), LIMITS.retryAfterMs);
  const bound = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (next - 2));
  return Math.floor(policy.random() * bound);
}
