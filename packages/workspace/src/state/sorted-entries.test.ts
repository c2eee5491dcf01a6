import { type BundlePath, comparePaths } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSortedEntries } from "./sorted-entries.js";

describe("sorted entries", () => {
  it("are a map, before and after they have an index", () => {
    const keys = fc.uniqueArray(fc.string({ unit: "binary" }), { maxLength: 40 });
    fc.assert(
      fc.property(keys, fc.array(fc.string(), { minLength: 100, maxLength: 100 }), (list, wanted) => {
        const paths = (list as BundlePath[]).sort(comparePaths);
        const real = new Map(paths.map((path, row) => [path, row]));
        const map = createSortedEntries(paths, [...real.values()]);
        for (const path of [...paths, ...(wanted as BundlePath[]), ...paths]) {
          expect(map.get(path)).toBe(real.get(path));
          expect(map.has(path)).toBe(real.has(path));
        }
        expect(map.size).toBe(real.size);
        expect(new Map(map)).toEqual(real);
        expect([...map.entries()]).toEqual([...real]);
        expect([...map.keys()]).toEqual(paths);
        expect([...map.values()]).toEqual([...real.values()]);
        const seen: unknown[] = [];
        map.forEach((value, path) => {
          seen.push([path, value]);
        });
        expect(seen).toEqual([...real]);
      }),
    );
  });
});
