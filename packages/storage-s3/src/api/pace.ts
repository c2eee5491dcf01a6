/** How many requests run at once: as many as allowed, until the store asks for fewer. */
export interface Pace {
  /** Runs a task when there is room for it. */
  readonly run: <Value>(task: () => Promise<Value>) => Promise<Value>;
  /** Halves the width, at most once for all the requests that were on their way together. */
  readonly slowDown: () => void;
  readonly width: () => number;
}

/**
 * Grows by one with each round of requests that succeeded, halves when the store throttles: additive increase, multiplicative decrease, as TCP
 * does it. S3 counts requests by prefix and tells nobody the limit, so that it has to be found.
 */
export function createPace(widest: number): Pace {
  let width = widest;
  let running = 0;
  let begun = 0;
  /** Requests that began before the last halving do not halve again. */
  let halvedAt = -1;
  const waiting: (() => void)[] = [];

  const admit = (): void => {
    while (running < Math.floor(width)) {
      const next = waiting.shift();
      if (!next) return;
      running++;
      next();
    }
  };

  return {
    width: () => Math.floor(width),
    slowDown: () => {
      if (begun <= halvedAt) return;
      halvedAt = begun + running;
      width = Math.max(1, Math.floor(width / 2));
    },
    run: async (task) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        admit();
      });
      begun++;
      try {
        const value = await task();
        width = Math.min(widest, width + 1 / width);
        return value;
      } finally {
        running--;
        admit();
      }
    },
  };
}
