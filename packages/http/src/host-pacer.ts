import { LIMITS } from "@bale/spec";
import { interrupted } from "./classify-failure.js";
import { sleep } from "./retry-policy.js";
import { createTokenBucket, type RateLimit, type TokenBucket } from "./token-bucket.js";

/** When requests may go to a host: by the user's limits, and by what the host itself has asked for. */
export interface HostPacer {
  /** Waits for the turn of one request. @throws BaleError `INTERRUPTED` */
  readonly turn: (
    origin: string,
    limit?: RateLimit | undefined,
    signal?: AbortSignal | undefined,
  ) => Promise<void>;
  /** Nothing goes to the host for so many milliseconds, at most `LIMITS.retryAfterMs`. */
  readonly pause: (origin: string, milliseconds: number) => void;
}
export interface HostPacerOptions {
  /** Monotonic milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Must reject when the signal aborts. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** Shared by clients that speak to the same hosts, so that they keep the limits together. */
export function createHostPacer(options: HostPacerOptions = {}): HostPacer {
  const now = options.now ?? (() => performance.now());
  const wait = options.sleep ?? sleep;
  const buckets = new Map<string, TokenBucket>();
  const quietUntil = new Map<string, number>();

  const bucketOf = (origin: string, limit: RateLimit): TokenBucket => {
    const key = `${origin} ${limit.requests}/${limit.milliseconds}`;
    const bucket = buckets.get(key) ?? createTokenBucket(limit, now);
    buckets.set(key, bucket);
    return bucket;
  };
  /** A host that asks again and again must not hold a request for ever. */
  const waitOutQuiet = async (origin: string, signal: AbortSignal | undefined): Promise<void> => {
    for (let waited = 0; waited < LIMITS.retryAfterMs; ) {
      const left = (quietUntil.get(origin) ?? 0) - now();
      if (!(left > 0)) return;
      const milliseconds = Math.min(left, LIMITS.retryAfterMs - waited);
      await wait(milliseconds, signal);
      waited += milliseconds;
    }
  };

  return {
    turn: async (origin, limit, signal) => {
      const bucket = limit && bucketOf(origin, limit);
      const place = bucket?.take() ?? 0;
      try {
        if (place > 0) await wait(place, signal);
        await waitOutQuiet(origin, signal);
      } catch (error) {
        bucket?.giveBack();
        throw signal?.aborted ? interrupted(signal) : error;
      }
    },
    pause: (origin, milliseconds) => {
      const until = now() + Math.min(milliseconds, LIMITS.retryAfterMs);
      quietUntil.set(origin, Math.max(until, quietUntil.get(origin) ?? 0));
    },
  };
}
