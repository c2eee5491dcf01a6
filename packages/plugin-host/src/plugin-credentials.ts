import type { CredentialProvider } from "@bale/spec";
import type { PluginHost } from "./plugin-host.js";

/**
 * All sources of credentials that a host's plugins contribute, as one provider: each is opened at the first question for a host that it can know,
 * and asked for no other; the first answer counts. `configOf` is what the user has set for a source.
 */
export function pluginCredentials(
  host: Pick<PluginHost, "credentialSources" | "openCredentials">,
  configOf: (id: string) => unknown,
): CredentialProvider {
  const opened = new Map<string, Promise<CredentialProvider>>();
  const open = (id: string): Promise<CredentialProvider> => {
    const known = opened.get(id);
    if (known) return known;
    const opening = host.openCredentials(id, configOf(id));
    opened.set(id, opening);
    // A failed opening is not remembered: what was wrong may be mended.
    opening.catch(() => opened.delete(id));
    return opening;
  };
  return {
    id: "plugins",
    resolve: async (request, options) => {
      for (const id of await host.credentialSources(request.origin)) {
        const provider = await open(id);
        const credential = await provider.resolve(request, options);
        if (credential) return credential.kind === "anonymous" ? credential : { source: id, ...credential };
      }
      return undefined;
    },
  };
}
