import type { BundlePath, StoreName } from "@bale/spec";

/** One rule of `storage.rules`: both conditions must hold. */
export interface StorageRule {
  readonly match?: ((path: string) => boolean) | undefined;
  /** In bytes. */
  readonly largerThan?: number | undefined;
  readonly store: StoreName | "registry";
}

/** Where a new blob for this file goes: the first rule that matches; `undefined` is the registry. */
export function storageRule(
  rules: readonly StorageRule[],
  path: BundlePath,
  size: number,
): StoreName | undefined {
  for (const rule of rules) {
    if (rule.largerThan !== undefined && size <= rule.largerThan) continue;
    if (rule.match !== undefined && !rule.match(path)) continue;
    return rule.store === "registry" ? undefined : rule.store;
  }
  return undefined;
}
