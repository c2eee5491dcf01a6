import type { Credential } from "@bale/spec";

/** How long before its end a credential is asked for again: a request that is under way must not outlive it. */
export const REFRESH_BEFORE_MS = 60_000;

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
