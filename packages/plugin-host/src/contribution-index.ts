import { BaleError } from "@bale/spec";

function taken(what: string, key: string, first: string, second: string): BaleError {
  const own = first === second;
  return new BaleError({
    code: "PLUGIN_INVALID",
    message: own
      ? `the plugin ${first} contributes the ${what} "${key}" twice`
      : `two plugins contribute the ${what} "${key}"`,
    why: own ? "one of them would never be used" : `${first} and ${second}`,
    fix: own ? "look for another version of the plugin" : "name only one of them in your configuration",
    context: { plugins: [first, second] },
  });
}

/** Who serves what: plugins by scheme or id, whether their code is loaded or not. */
export interface ContributionIndex<Owner extends { readonly name: string }> {
  readonly get: (key: string) => Owner | undefined;
  /** Sorted. */
  readonly keys: () => string[];
  /** Looks whether all could be added, so that a plugin is taken whole or not at all. @throws BaleError `PLUGIN_INVALID` */
  readonly check: (owner: Owner, keys: readonly string[]) => void;
  readonly add: (owner: Owner, keys: readonly string[]) => void;
}

export function createContributionIndex<Owner extends { readonly name: string }>(
  what: string,
): ContributionIndex<Owner> {
  const owners = new Map<string, Owner>();
  return {
    get: (key) => owners.get(key),
    keys: () => [...owners.keys()].sort(),
    check: (owner, keys) => {
      const own = new Set<string>();
      for (const key of keys) {
        const other = own.has(key) ? owner : owners.get(key);
        if (other !== undefined) throw taken(what, key, other.name, owner.name);
        own.add(key);
      }
    },
    add: (owner, keys) => {
      for (const key of keys) owners.set(key, owner);
    },
  };
}
