import type { PackPlan } from "@bale/core";
import { BaleError, type FileRow, type StoreDescription, type StoreName } from "@bale/spec";
import type { PushRequest } from "./push-request.js";

/** External stores that the rows of layers written anew will lead to. */
export function storesUsed(plan: PackPlan): ReadonlySet<StoreName> {
  const used = new Set<StoreName>();
  const add = (store: StoreName | undefined): void => {
    if (store !== undefined) used.add(store);
  };
  const addRow = (row: FileRow): void => {
    for (const { blob } of row.extents) add(blob.store);
  };
  for (const rows of plan.rows.values()) for (const row of rows) addRow(row);
  for (const { store } of plan.packs) add(store);
  for (const { store } of plan.whole) add(store);
  return used;
}

function samePlace(a: StoreDescription, b: StoreDescription): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/**
 * The remote's stores and those that new rows use. A name cannot mean two places: carried rows would be looked for in the wrong one.
 * @throws BaleError `CONFIG_INVALID`
 */
export function storePlaces(
  request: PushRequest,
  used: ReadonlySet<StoreName>,
): ReadonlyMap<StoreName, StoreDescription> {
  const places = new Map(request.current?.root.stores ?? []);
  for (const name of used) {
    const wanted = request.stores.get(name);
    const known = places.get(name);
    if (wanted && known && !samePlace(wanted, known))
      throw new BaleError({
        code: "CONFIG_INVALID",
        message: `the store "${name}" means one place in bale.yaml and another in the bundle`,
        why: "files that lie in the old place would no longer be found",
        fix: "give the new place another name under storage.stores, and use that name in the rules",
        context: { store: name },
      });
    if (wanted && !known) places.set(name, wanted);
    if (!wanted && !known)
      throw new BaleError({ code: "INTERNAL", message: `no description of the store ${name}` });
  }
  return places;
}
