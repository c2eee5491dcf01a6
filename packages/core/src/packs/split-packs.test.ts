import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IncomingFile } from "./pack-plan.js";
import { file, KiB } from "./packs.testing.js";
import { entryBytes, splitPacks } from "./split-packs.js";

const packBytes = (pack: readonly IncomingFile[]): number =>
  pack.reduce((sum, entry, index) => sum + entryBytes(entry, pack[index - 1]?.path), 1024);

describe("splitPacks", () => {
  it("keeps every file once, sorted within its pack, under the limit, in few packs", () => {
    // Letters that spell no device name of Windows.
    const files = fc
      .uniqueArray(fc.stringMatching(/^[a-k]{1,3}(\/[a-k]{1,4}){0,2}$/), { maxLength: 60 })
      .chain((paths) =>
        fc.tuple(
          fc.constant(paths),
          fc.array(fc.integer({ min: 1, max: 40 * KiB }), { minLength: 60, maxLength: 60 }),
        ),
      )
      .map(([paths, sizes]) => paths.map((path, index) => file(path, sizes[index] ?? 1)));
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 200 * KiB }), fc.boolean(), (list, target, isFar) => {
        const limit = isFar ? target + 50 * KiB : Math.max(target, 50 * KiB);
        const packs = splitPacks(list, target, limit);
        expect(
          packs
            .flat()
            .map(({ path }) => path)
            .sort(),
        ).toEqual(list.map(({ path }) => path).sort());
        for (const pack of packs) {
          expect(packBytes(pack)).toBeLessThanOrEqual(limit);
          for (let index = 1; index < pack.length; index++)
            expect((pack[index - 1]?.path ?? "") < (pack[index]?.path ?? "")).toBe(true);
        }
        const total = list.reduce((sum, entry) => sum + entryBytes(entry, undefined), 0);
        const alone = list.filter(({ size }) => size >= target).length;
        // Where the limit is far away, packs number what their bytes ask for.
        if (isFar) expect(packs.length).toBeLessThanOrEqual(alone + Math.ceil(total / target));
      }),
    );
  });

  it("makes packs of about one size", () => {
    const files = Array.from({ length: 100 }, (_, index) => file(`f${index}`, 10 * KiB));
    const packs = splitPacks(files, 900 * KiB, Number.POSITIVE_INFINITY);
    expect(packs.map((pack) => pack.length)).toEqual([50, 50]);
  });

  it("lets a file as large as the target stand alone", () => {
    const packs = splitPacks(
      [file("a", 1), file("b", 100 * KiB), file("c", 1)],
      100 * KiB,
      Number.POSITIVE_INFINITY,
    );
    expect(packs.map((pack) => pack.map(({ path }) => path))).toEqual([["b"], ["a", "c"]]);
  });
});
