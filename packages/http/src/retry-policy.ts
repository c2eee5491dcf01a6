import { LIMITS } from "@bale/spec";

const BASE_MS = 250;
const CAP_MS = 10_000;
// 408 and 425 ask for it; 429 and 503 may say when; the others are gateways and crashes, which pass.
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isPassingStatus(status: number): boolean {
  return PASSING.has(status);
}

/** Full jitter: anything between nothing and a bound that doubles with each failed try (250 ms, 500 ms ... 10 s). */
export function retryDelay(failedTries: number, random: () => number): number {
  return Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** (failedTries - 1)));
}

/** Milliseconds to wait by a `Retry-After` header: seconds or an HTTP date (RFC 9110 section 10.2.3). `undefined` if it is neither. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000;
  // Only the forms of HTTP dates: Date.parse alone would take almost anything.
  if (!/^[A-Za-z]{3,9},? [A-Za-z0-9 :-]{10,40}$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

/** Whether a wait that a server asks for is granted. */
export function isBearableWait(ms: number): boolean {
  return ms <= LIMITS.retryAfterMs;
}

/** Sleeps; rejects with the signal's reason when it aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
