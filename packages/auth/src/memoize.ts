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

/** Asks a provider once for each origin, repository and set of actions, also when several ask at once. Failures are not kept. */
export function memoize(provider: CredentialProvider, options: MemoizeOptions = {}): CredentialProvider {
  const { refreshBeforeMs = REFRESH_BEFORE_MS, now = Date.now } = options;
  const known = new Map<string, { readonly credential: Credential | undefined }>();
  const flight = createSharedFlight<Credential | undefined>();
  const { storage } = provider;
  return {
    id: provider.id,
    resolve: async (request, call) => {
      const key = keyOf(request);
      const kept = known.get(key);
      if (kept && isFresh(kept.credential, now(), refreshBeforeMs)) return kept.credential;
      return flight(
        key,
        async (signal) => {
          const credential = await provider.resolve(request, { signal });
          known.set(key, { credential });
          return credential;
        },
        call?.signal,
      );
    },
    ...(storage
      ? {
          storage: {
            save: async (origin, credential, call) => {
              known.clear();
              await storage.save(origin, credential, call);
            },
            erase: async (origin, call) => {
              known.clear();
              return storage.erase(origin, call);
            },
          },
        }
      : {}),
  };
}
