import { type BundlePath, comparePaths } from "@bale/spec";

// A few lookups search; a command that makes many gets an index.
const SEARCHES_BEFORE_INDEX = 64;

/**
 * A map over two sorted columns. Most commands walk the entries of a state beside a walk of the disk and look up none: for 100,000 entries
 * a hash table would cost more than reading the file.
 */
export function createSortedEntries<Value>(
  paths: readonly BundlePath[],
  values: readonly Value[],
): ReadonlyMap<BundlePath, Value> {
  let searches = 0;
  let index: ReadonlyMap<BundlePath, number> | undefined;
  const search = (path: BundlePath): number | undefined => {
    let low = 0;
    let high = paths.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePaths(paths[middle] as BundlePath, path) < 0) low = middle + 1;
      else high = middle;
    }
    return paths[low] === path ? low : undefined;
  };
  const rowOf = (path: BundlePath): number | undefined => {
    if (index === undefined && ++searches <= SEARCHES_BEFORE_INDEX) return search(path);
    index ??= new Map(paths.map((each, row) => [each, row]));
    return index.get(path);
  };
  const pairs = function* (): Generator<[BundlePath, Value], undefined> {
    for (let row = 0; row < paths.length; row++) yield [paths[row] as BundlePath, values[row] as Value];
    return undefined;
  };
  const map: ReadonlyMap<BundlePath, Value> = {
    size: paths.length,
    get(path) {
      const row = rowOf(path);
      return row === undefined ? undefined : values[row];
    },
    has: (path) => rowOf(path) !== undefined,
    forEach(visit) {
      for (let row = 0; row < paths.length; row++) visit(values[row] as Value, paths[row] as BundlePath, map);
    },
    keys: () => paths.values(),
    values: () => values.values(),
    entries: pairs,
    [Symbol.iterator]: pairs,
  };
  return map;
}
