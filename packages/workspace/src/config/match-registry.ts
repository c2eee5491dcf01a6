import { parseRegistryKey } from "./registry-key.js";
import type { UserRegistrySettings } from "./user-registry-settings.js";

export interface MatchedRegistry {
  /** The longest key that matches, in lower case for the host; equal keys mean equal settings. */
  readonly key: string | undefined;
  readonly settings: UserRegistrySettings;
}

// Docker Hub under the names that people and clients have for it.
const HUB: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** One name for a host: DNS knows no case, and Docker Hub has three. */
function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return HUB.has(lower) ? "docker.io" : lower;
}

function canonicalKey(text: string): string | undefined {
  const key = parseRegistryKey(text);
  if (!key) return undefined;
  const host = canonicalHost(key.host);
  return key.namespace === undefined ? host : `${host}/${key.namespace}`;
}

function isPrefix(key: string, name: string): boolean {
  return name === key || name.startsWith(`${key}/`);
}

function said(settings: UserRegistrySettings): UserRegistrySettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/**
 * What a user's `registries` say about a repository, or about a host alone: the settings of every key that is a prefix of its name at the end
 * of a path segment, the longest first, member by member. Without a repository only the key of the host counts.
 */
export function matchRegistry(
  registries: ReadonlyMap<string, UserRegistrySettings>,
  registry: string,
  repository?: string,
): MatchedRegistry {
  const name = [canonicalHost(registry), ...(repository === undefined ? [] : [repository])].join("/");
  const matching = [...registries]
    .flatMap(([text, settings]) => {
      const key = canonicalKey(text);
      return key !== undefined && isPrefix(key, name) ? [{ key, settings }] : [];
    })
    .sort((a, b) => a.key.length - b.key.length);
  return {
    key: matching.at(-1)?.key,
    settings: Object.assign({}, ...matching.map(({ settings }) => said(settings))) as UserRegistrySettings,
  };
}
