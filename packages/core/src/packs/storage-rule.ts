import type { BundlePath, StoreName } from "@bale/spec";

/** One rule of `storage.rules`: both conditions must hold. */
export interface StorageRule {
  readonly match?: ((path: string) => boolean) | undefined;
  /** In bytes. */
  readonly largerThan?: number | undefined;
  readonly store: StoreName | "registry";
}

/** The first rule that matches, by its place in the list; `undefined`: none does. */
export function decidingRule(
  rules: readonly StorageRule[],
  path: BundlePath,
  size: number,
): number | undefined {
  const found = rules.findIndex(
    ({ largerThan, match }) =>
      (largerThan === undefined || size > largerThan) && (match === undefined || match(path)),
  );
  return found < 0 ? undefined : found;
}

/** Where a new blob for this file goes: as the first rule that matches says; `undefined` is the registry. */
export function storageRule(
  rules: readonly StorageRule[],
  path: BundlePath,
  size: number,
): StoreName | undefined {
  const found = decidingRule(rules, path, size);
  const store = found === undefined ? undefined : rules[found]?.store;
  return store === "registry" ? undefined : store;
}
