/** Runs at most so many tasks at once, in the order in which they came. */
export type Limiter = <Value>(task: () => Promise<Value>) => Promise<Value>;

/** A pool of places: `take` waits for one and answers how to give it back. Giving back twice does nothing. */
export function createPlaces(count: number): () => Promise<() => void> {
  let free = Math.max(1, Math.floor(count));
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return async () => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let given = false;
    return () => {
      if (!given) giveBack();
      given = true;
    };
  };
}

/** At least one task runs, whatever `count` says. */
export function createLimiter(count: number): Limiter {
  const take = createPlaces(count);
  return async (task) => {
    const giveBack = await take();
    try {
      return await task();
    } finally {
      giveBack();
    }
  };
}
