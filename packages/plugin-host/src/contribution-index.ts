import { BaleError } from "@bale/spec";

export interface Owned<Contribution> {
  /** Name of the plugin that contributes it. */
  readonly plugin: string;
  readonly contribution: Contribution;
}

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

/** Contributions of one kind by their scheme or id. */
export interface ContributionIndex<Contribution> {
  readonly get: (key: string) => Owned<Contribution> | undefined;
  /** Sorted. */
  readonly keys: () => string[];
  /** Looks whether all could be added, so that a plugin is taken whole or not at all. @throws BaleError `PLUGIN_INVALID` */
  readonly check: (plugin: string, items: readonly Contribution[]) => void;
  readonly add: (plugin: string, items: readonly Contribution[]) => void;
}

export function createContributionIndex<Contribution>(
  what: string,
  keyOf: (contribution: Contribution) => string,
): ContributionIndex<Contribution> {
  const owned = new Map<string, Owned<Contribution>>();
  return {
    get: (key) => owned.get(key),
    keys: () => [...owned.keys()].sort(),
    check: (plugin, items) => {
      const own = new Set<string>();
      for (const key of items.map(keyOf)) {
        const other = own.has(key) ? plugin : owned.get(key)?.plugin;
        if (other !== undefined) throw taken(what, key, other, plugin);
        own.add(key);
      }
    },
    add: (plugin, items) => {
      for (const contribution of items) owned.set(keyOf(contribution), { plugin, contribution });
    },
  };
}
