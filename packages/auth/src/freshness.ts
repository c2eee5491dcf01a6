import type { Credential } from "@bale/spec";

/** How long before its end a credential is asked for again: a request that is under way must not outlive it. */
export const REFRESH_BEFORE_MS = 60_000;

const SHARE = 0.1;
// What lives for a minute or two would otherwise be renewed before every body; and a service that says nothing of an end means a minute.
const MOST_SHARE = 0.6;

/** Whether a credential can still be used. One that states no end can; so can the knowledge that there is none. */
export function isFresh(
  credential: Credential | undefined,
  now: number,
  refreshBeforeMs: number = REFRESH_BEFORE_MS,
): boolean {
  if (credential === undefined || !("expiresAt" in credential) || credential.expiresAt === undefined)
    return true;
  return now < credential.expiresAt.getTime() - refreshBeforeMs;
}

/**
 * How long before its end a token of such a life is renewed when a body is to be sent with it, which would have to be sent again if the token
 * ended on the way: 60 seconds or a tenth of its life, whichever comes first. Milliseconds.
 */
export function marginForBody(lifeMs: number): number {
  return Math.min(Math.max(REFRESH_BEFORE_MS, lifeMs * SHARE), lifeMs * MOST_SHARE);
}

/** The same for a request without a body, which costs little when it is repeated: a tenth of the token's life, and 60 seconds at most. */
export function marginWithoutBody(lifeMs: number): number {
  return Math.min(REFRESH_BEFORE_MS, lifeMs * SHARE);
}
