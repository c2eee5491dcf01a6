/** So many requests in a time. */
export interface RateLimit {
  readonly requests: number;
  readonly milliseconds: number;
}
export interface TokenBucket {
  /** Takes one token; the milliseconds until it may be used. */
  readonly take: () => number;
  /** Gives a token back that nobody used. */
  readonly giveBack: () => void;
}

/**
 * Full at first, so that as many requests as the limit names go out at once, and filled again evenly over its time. Whoever comes to an empty
 * bucket gets a place in the order of coming.
 */
export function createTokenBucket(limit: RateLimit, now: () => number): TokenBucket {
  const perToken = limit.milliseconds / limit.requests;
  let tokens = limit.requests;
  let filledAt = now();
  return {
    take: () => {
      const time = now();
      tokens = Math.min(limit.requests, tokens + (time - filledAt) / perToken);
      filledAt = time;
      tokens -= 1;
      return tokens >= 0 ? 0 : -tokens * perToken;
    },
    giveBack: () => {
      tokens = Math.min(limit.requests, tokens + 1);
    },
  };
}
