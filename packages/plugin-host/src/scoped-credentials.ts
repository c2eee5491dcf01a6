import { type CredentialProvider, isRegistryHost } from "@bale/spec";

/** A provider that answers for the given origins only: a plugin gets credentials for the places in its own configuration. */
export function scopedCredentials(
  provider: CredentialProvider,
  origins: readonly string[],
): CredentialProvider {
  const allowed = new Set(origins);
  return {
    id: `${provider.id} (scoped)`,
    resolve: async (request, options) =>
      allowed.has(request.origin) ? provider.resolve(request, options) : undefined,
  };
}

function originOf(url: string): string[] {
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? [new URL(url).origin] : [];
}

/** A host may be behind either scheme; which of them, the remote decides. */
function originsOfHost(host: string): string[] {
  return isRegistryHost(host) ? [...originOf(`https://${host}`), ...originOf(`http://${host}`)] : [];
}

function collect(config: unknown, seen: Set<unknown>): string[] {
  if (typeof config === "string") return originOf(config);
  if (config instanceof URL) return originOf(config.href);
  if (typeof config !== "object" || config === null || seen.has(config)) return [];
  seen.add(config);
  return Object.entries(config).flatMap(([name, value]: [string, unknown]) =>
    name === "registry" && typeof value === "string" && !value.includes("://")
      ? originsOfHost(value)
      : collect(value, seen),
  );
}

/** Origins that a plugin's configuration names: each of its values that is an http or https URL, and each registry host. */
export function originsOf(config: unknown): string[] {
  return collect(config, new Set());
}
