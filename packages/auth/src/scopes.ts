import type { AccessNeed, RegistryAction } from "@bale/spec";

const ORDER: readonly RegistryAction[] = ["pull", "push", "delete"];

// What registries that list their repositories want for it (distribution, "Token Scope Documentation").
const CATALOG = "registry:catalog:*";

function scopeOf(repository: string, actions: ReadonlySet<RegistryAction>): string {
  return `repository:${repository}:${ORDER.filter((action) => actions.has(action)).join(",")}`;
}

/**
 * The scopes to ask a token service for, sorted: those of the need and no others, whatever a challenge names. To push means to
 * look first, so that push brings pull. A repository that is named twice is asked for once.
 */
export function scopesFor(access: AccessNeed | undefined): readonly string[] {
  const needs = new Map<string, Set<RegistryAction>>();
  const add = (repository: string, actions: readonly RegistryAction[]): void => {
    const set = needs.get(repository) ?? new Set<RegistryAction>();
    for (const action of actions) set.add(action);
    if (set.has("push")) set.add("pull");
    if (set.size > 0) needs.set(repository, set);
  };
  if (access?.repository !== undefined) add(access.repository, access.actions);
  for (const repository of access?.alsoPull ?? []) add(repository, ["pull"]);
  const scopes = [...needs].map(([repository, actions]) => scopeOf(repository, actions));
  return (access?.catalog ? [...scopes, CATALOG] : scopes).sort();
}

function parse(scope: string): { readonly name: string; readonly actions: readonly string[] } {
  const cut = scope.lastIndexOf(":");
  return { name: scope.slice(0, cut), actions: scope.slice(cut + 1).split(",") };
}

/** Whether a token for `held` also serves `needed`: one that may push may pull. A token for no scope serves only that. */
export function scopesCover(held: readonly string[], needed: readonly string[]): boolean {
  if (needed.length === 0) return held.length === 0;
  const parsed = held.map(parse);
  return needed
    .map(parse)
    .every(({ name, actions }) =>
      parsed.some(
        (other) => other.name === name && actions.every((action) => other.actions.includes(action)),
      ),
    );
}
