import { escapeTerminal } from "@bale/http";
import type { Answer, AskObserver } from "./ask.js";

/** What answers say beside what was asked. */
export interface Observed {
  readonly requests: number;
  readonly sentBytes: number;
  /** Texts of `Warning: 299`, safe to print. */
  readonly warnings: ReadonlySet<string>;
  /** Answers that asked to wait, and the longest wait in milliseconds. */
  readonly limited: number;
  readonly longestWaitMs: number;
  /** The newest of each header about a limit on the rate. */
  readonly rates: ReadonlyMap<string, string>;
  /** How many requests one connection serves, where answers say so; 0 where they only say that this was the last. */
  readonly perConnection: number | undefined;
}

const RATE = /^(?:x-)?ratelimit-/;
const MOST_TEXTS = 8;

/** Gathers them; `current` is what is known so far. */
export function createObserver(onBytes: ((sent: number) => void) | undefined): AskObserver & {
  readonly current: () => Observed;
} {
  const warnings = new Set<string>();
  const rates = new Map<string, string>();
  let requests = 0;
  let sentBytes = 0;
  let limited = 0;
  let longestWaitMs = 0;
  let perConnection: number | undefined;

  function read({ headers }: Answer): void {
    for (const [, text = ""] of (headers["warning"] ?? "").matchAll(/299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g))
      if (warnings.size < MOST_TEXTS) warnings.add(escapeTerminal(text.replace(/\\(.)/g, "$1"), 200));
    for (const [name, value] of Object.entries(headers))
      if (RATE.test(name) && value !== undefined && rates.size < MOST_TEXTS)
        rates.set(name, escapeTerminal(value, 60));
    const most = /(?:^|[\s,])max=([0-9]{1,6})/.exec(headers["keep-alive"] ?? "")?.[1];
    if (most !== undefined) perConnection = Math.max(perConnection ?? 0, Number(most));
    else if (/\bclose\b/i.test(headers["connection"] ?? "")) perConnection ??= 0;
  }

  return {
    request: (bytes) => {
      requests++;
      sentBytes += bytes;
      onBytes?.(sentBytes);
    },
    answer: read,
    limited: (waitMs) => {
      limited++;
      longestWaitMs = Math.max(longestWaitMs, waitMs);
    },
    current: () => ({ requests, sentBytes, warnings, limited, longestWaitMs, rates, perConnection }),
  };
}
