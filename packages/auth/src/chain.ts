import type { CredentialProvider, CredentialStorage } from "@bale/spec";
import type { SourcedCredential } from "./sourced-credential.js";

/**
 * Asks one provider after the other; the first credential counts, and names its provider as source unless it has one. A provider
 * that throws ends the search: a helper that should have answered and could not must not be replaced by somebody else's
 * credentials (CVE-2021-41092). Credentials are saved where the first provider with a storage keeps them, and erased from all.
 */
export function chain(...providers: readonly CredentialProvider[]): CredentialProvider {
  const storages = providers.flatMap((provider) => (provider.storage ? [provider.storage] : []));
  const [first] = storages;
  const storage: CredentialStorage | undefined = first && {
    save: (origin, credential, options) => first.save(origin, credential, options),
    erase: async (origin, options) => {
      let erased = false;
      for (const each of storages) erased = (await each.erase(origin, options)) || erased;
      return erased;
    },
  };
  return {
    id: "chain",
    resolve: async (request, options) => {
      for (const provider of providers) {
        const credential: SourcedCredential | undefined = await provider.resolve(request, options);
        if (credential)
          return { ...credential, source: credential.source ?? provider.id } as SourcedCredential;
      }
      return undefined;
    },
    ...(storage ? { storage } : {}),
  };
}
