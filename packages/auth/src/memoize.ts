import type { Credential, CredentialProvider, CredentialRequest } from "@bale/spec";
import { isFresh, REFRESH_BEFORE_MS } from "./freshness.js";
import { createSharedFlight } from "./shared-flight.js";

export interface MemoizeOptions {
  /** How long before its end a credential that expires is asked for again. Default 60 seconds. */
  readonly refreshBeforeMs?: number | undefined;
  /** Wall-clock milliseconds, since credentials state a date. */
  readonly now?: (() => number) | undefined;
}

function keyOf(request: CredentialRequest): string {
  return JSON.stringify([request.origin, request.repository ?? null, [...request.actions].sort()]);
}

/**
 * Asks a provider once for each origin, repository and set of actions, also when several ask at once. Failures are not kept, and nothing
 * that was asked before the end of a saving or erasing.
 */
export function memoize(provider: CredentialProvider, options: MemoizeOptions = {}): CredentialProvider {
  const { refreshBeforeMs = REFRESH_BEFORE_MS, now = Date.now } = options;
  let known = new Map<string, { readonly credential: Credential | undefined }>();
  let flight = createSharedFlight<Credential | undefined>();
  const { storage } = provider;
  /** An answer that is under way goes to those who wait for it, and into a table that nobody asks any more. */
  const forget = (): void => {
    known = new Map();
    flight = createSharedFlight();
  };
  const forgetting = async <Value>(change: () => Promise<Value>): Promise<Value> => {
    forget();
    try {
      return await change();
    } finally {
      // Whoever asked in the meantime may have seen the state before it.
      forget();
    }
  };
  return {
    id: provider.id,
    resolve: async (request, call) => {
      const key = keyOf(request);
      const kept = known.get(key);
      if (kept && isFresh(kept.credential, now(), refreshBeforeMs)) return kept.credential;
      const table = known;
      return flight(
        key,
        async (signal) => {
          const credential = await provider.resolve(request, { signal });
          table.set(key, { credential });
          return credential;
        },
        call?.signal,
      );
    },
    ...(storage
      ? {
          storage: {
            save: (origin, credential, call) => forgetting(() => storage.save(origin, credential, call)),
            erase: (origin, call) => forgetting(() => storage.erase(origin, call)),
          },
        }
      : {}),
  };
}
