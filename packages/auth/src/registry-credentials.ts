import type { BaleError, CallOptions, CredentialProvider } from "@bale/spec";
import { isFresh } from "./freshness.js";
import { createSharedFlight } from "./shared-flight.js";
import type { SourcedCredential } from "./sourced-credential.js";

export interface RegistryCredentialsOptions {
  readonly id: string;
  /** Whether these registries are of this cloud. Asked for https on its usual port only, with a host in lower case. */
  readonly serves: (host: string) => boolean;
  /** One credential for the whole registry; `undefined` where this machine has nothing to obtain one with. */
  readonly obtain: (host: string, options: CallOptions) => Promise<SourcedCredential | undefined>;
  /** Whether the registry also gives things to nobody in particular. */
  readonly mayBePublic: (host: string) => boolean;
  /** What to throw where nothing was found to obtain a credential with. */
  readonly missing: (host: string) => BaleError;
  /** Wall-clock milliseconds, since credentials state a date. */
  readonly now?: (() => number) | undefined;
}

/**
 * A provider for registries that give out credentials for a time: one for each registry, asked for once however many wait, kept
 * until shortly before its end. Failures are not kept. Where there is nothing to sign in with, a pull from a registry that may be
 * public is answered with `undefined`, so that it can go on without; anything else fails.
 */
export function registryCredentials(options: RegistryCredentialsOptions): CredentialProvider {
  const now = options.now ?? Date.now;
  const kept = new Map<string, SourcedCredential>();
  const flight = createSharedFlight<SourcedCredential | undefined>();
  return {
    id: options.id,
    resolve: async ({ origin, actions }, call) => {
      const host = /^https:\/\/([^/:@]+)$/.exec(origin)?.[1];
      if (host === undefined || !options.serves(host)) return undefined;
      const known = kept.get(host);
      if (known && isFresh(known, now())) return known;
      const credential = await flight(
        host,
        async (signal) => {
          const obtained = await options.obtain(host, { signal });
          if (obtained) kept.set(host, obtained);
          return obtained;
        },
        call?.signal,
      );
      if (credential) return credential;
      if (options.mayBePublic(host) && actions.every((action) => action === "pull")) return undefined;
      throw options.missing(host);
    },
  };
}
