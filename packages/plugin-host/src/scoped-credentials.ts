import type { CredentialProvider } from "@bale/spec";

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

/** Origins that a plugin's configuration names: each of its strings that is an http or https URL, and each registry host. */
export function originsOf(config: unknown): string[] {
  if (typeof config === "string") {
    const text = /^https?:\/\//.test(config) ? config : undefined;
    if (text === undefined || !URL.canParse(text)) return [];
    return [new URL(text).origin];
  }
  if (typeof config !== "object" || config === null) return [];
  const members = Object.entries(config as Readonly<Record<string, unknown>>);
  return members.flatMap(([name, value]) =>
    name === "registry" && typeof value === "string"
      ? [`https://${value}`, `http://${value}`]
      : originsOf(value),
  );
}
