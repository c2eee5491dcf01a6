import { lstatSync } from "node:fs";
import { type BundlePath, comparePaths, type Digest, type EntryKind, type LayerName } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FileStat, fileStatOf, millisecondsOf, type QuickStat, quickStatOf } from "../file-stat.js";
import { at, useFolders } from "../workspace.testing.js";
import { encodeCache } from "./cache-format.js";
import { type CachedFile, isSettled } from "./cached-file.js";
import { decodeCachedRows } from "./cached-rows.js";
import { createStatCache } from "./stat-cache.js";

const SECOND = 1_000_000_000n;
const NOW = 1_700_000_000n * SECOND;
const digest = `sha256:${"ab".repeat(32)}` as Digest;
const stat = (change: Partial<FileStat> = {}): FileStat => ({
  size: 3,
  mtimeNs: NOW - 10n * SECOND,
  ctimeNs: NOW - 10n * SECOND,
  ino: 7n,
  kind: "file",
  ...change,
});
const path = "a/b" as BundlePath;
const header = { savedAtNs: NOW, bootId: "boot-1", layersKey: "k" };

const anyFile: fc.Arbitrary<CachedFile> = fc.record({
  stat: fc.record({
    size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    mtimeNs: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    ctimeNs: fc.bigInt({ min: 0n, max: 2n ** 62n }),
    ino: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    kind: fc.constantFrom<EntryKind>("file", "exec", "link"),
  }),
  digest: fc.constant(digest),
  settled: fc.boolean(),
  layer: fc.constantFrom("code", "data").map((name) => name as LayerName),
});

function reload(entries: readonly (readonly [BundlePath, CachedFile])[], expected = header) {
  return createStatCache(decodeCachedRows(encodeCache(entries, header), expected));
}

describe("quick stats", () => {
  const make = useFolders();

  it("are those that the system gives in numbers", () => {
    const { write, path, age, link } = make();
    write("f", "x");
    write("old", "x");
    age("old");
    link("l", "f");
    for (const name of ["f", "old", "l"]) {
      const exact = fileStatOf(lstatSync(path(name), { bigint: true })) as FileStat;
      const quick = quickStatOf(lstatSync(path(name))) as QuickStat;
      expect(quick).toEqual({
        size: exact.size,
        mtimeMs: millisecondsOf(exact.mtimeNs),
        ctimeMs: millisecondsOf(exact.ctimeNs),
        ino: Number(exact.ino),
        kind: exact.kind,
      });
      for (const cache of [createStatCache(), reload([[at(name), { stat: exact, digest, settled: true }]])]) {
        if (!cache.entry(at(name))) cache.set(at(name), { stat: exact, digest, settled: true });
        expect(cache.quicklyCurrent(at(name), quick)?.digest).toBe(digest);
        for (const change of [
          { size: 9 },
          { mtimeMs: 1 },
          { ctimeMs: 1 },
          { ino: 1 },
          { kind: "exec" as const },
        ])
          expect(cache.quicklyCurrent(at(name), { ...quick, ...change })).toBeUndefined();
      }
      const unsettled = reload([[at(name), { stat: exact, digest, settled: false }]]);
      expect(unsettled.quicklyCurrent(at(name), quick)).toBeUndefined();
    }
  });

  it("keep seconds and fractions apart, before 1970 too", () => {
    expect(millisecondsOf(1_700_000_000_123_456_789n)).toBe(1_700_000_000 * 1000 + 123.456789);
    expect(millisecondsOf(-500_000_000n)).toBe(-1000 + 500);
  });
});

describe("stat cache", () => {
  it("gives back every entry, whatever order is asked in", () => {
    const paths = fc
      .uniqueArray(
        fc.string({ minLength: 1 }).filter((text) => !text.includes("\n")),
        { maxLength: 20 },
      )
      .map((list) => list.sort(comparePaths) as BundlePath[]);
    fc.assert(
      fc.property(
        paths,
        fc.array(anyFile, { minLength: 20, maxLength: 20 }),
        fc.boolean(),
        (list, files, back) => {
          const entries = list.map((each, index) => [each, files[index] as CachedFile] as const);
          const cache = reload(entries);
          for (const [each, file] of back ? [...entries].reverse() : entries) {
            expect(cache.entry(each)).toEqual(file);
            expect(cache.current(each, file.stat)?.digest).toBe(file.settled ? file.digest : undefined);
          }
          expect(cache.entries()).toEqual(entries);
        },
      ),
    );
  });

  it.each<[string, Partial<FileStat>]>([
    ["another size", { size: 4 }],
    ["a modification time one nanosecond later", { mtimeNs: NOW - 10n * SECOND + 1n }],
    // touch -r and rsync -t set the modification time back; nothing sets this one.
    ["another time of change", { ctimeNs: NOW - 9n * SECOND }],
    ["another inode", { ino: 8n }],
    ["another kind", { kind: "exec" }],
  ])("does not know a file with %s", (_, change) => {
    const cache = reload([[path, { stat: stat(), digest, settled: true }]]);
    expect(cache.current(path, stat())?.digest).toBe(digest);
    expect(cache.current(path, stat(change))).toBeUndefined();
    const changed = createStatCache();
    changed.set(path, { stat: stat(), digest, settled: true });
    expect(changed.current(path, stat())?.digest).toBe(digest);
    expect(changed.current(path, stat(change))).toBeUndefined();
  });

  it("trusts an entry only when any later edit must show", () => {
    expect(isSettled(stat(), NOW)).toBe(true);
    expect(isSettled(stat({ mtimeNs: NOW - 2n * SECOND }), NOW)).toBe(false);
    expect(isSettled(stat({ ctimeNs: NOW - SECOND }), NOW)).toBe(false);
    // A clock that was set back leaves files of the future.
    expect(isSettled(stat({ mtimeNs: NOW + 1000n * SECOND }), NOW)).toBe(false);
    expect(isSettled(stat(), 0n)).toBe(false);
  });

  it("does not know recently touched files after another boot", () => {
    const old = stat({ mtimeNs: NOW - 500n * SECOND, ctimeNs: NOW - 500n * SECOND });
    const young = stat();
    const entries = [
      ["old" as BundlePath, { stat: old, digest, settled: true }],
      ["young" as BundlePath, { stat: young, digest, settled: true }],
    ] as const;
    const rebooted = reload(entries, { ...header, bootId: "boot-2" });
    expect(rebooted.current("old" as BundlePath, old)?.digest).toBe(digest);
    expect(rebooted.current("young" as BundlePath, young)).toBeUndefined();
    expect(rebooted.entry("young" as BundlePath)?.settled).toBe(false);
  });

  it("drops layers of other declarations, and keeps the digests", () => {
    const file = { stat: stat(), digest, settled: true, layer: "code" as LayerName };
    expect(reload([[path, file]]).current(path, stat())?.layer).toBe("code");
    const other = reload([[path, file]], { ...header, layersKey: "other" });
    expect(other.current(path, stat())).toMatchObject({ digest });
    expect(other.current(path, stat())?.layer).toBeUndefined();
    const cache = reload([[path, file]]);
    cache.set("new" as BundlePath, file);
    expect(
      cache
        .withoutLayers()
        .entries()
        .map(([, { layer }]) => layer),
    ).toEqual([undefined, undefined]);
  });

  it("is empty when it is damaged", () => {
    const bytes = encodeCache([[path, { stat: stat(), digest, settled: true }]], header);
    for (const cut of [0, 5, bytes.length - 1])
      expect(decodeCachedRows(bytes.subarray(0, cut), header)).toBeUndefined();
  });

  it("forgets what was deleted", () => {
    const cache = reload([[path, { stat: stat(), digest, settled: true }]]);
    expect(cache.hasChanged()).toBe(false);
    cache.delete("unknown" as BundlePath);
    expect(cache.hasChanged()).toBe(false);
    cache.delete(path);
    expect(cache.hasChanged()).toBe(true);
    expect(cache.current(path, stat())).toBeUndefined();
    expect(cache.entries()).toEqual([]);
  });
});
