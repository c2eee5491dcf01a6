import { describe, expect, it } from "vitest";
import { carriedPackStaysExact } from "./carried-pack.js";
import { blobRef, packedRows, row } from "./packs.testing.js";

const rows = packedRows(blobRef("p", 10_000), [
  ["a", 10],
  ["b", 20],
]);
const [a, b] = rows as [(typeof rows)[0], (typeof rows)[0]];

describe("carriedPackStaysExact", () => {
  it("holds while the same rows use the pack, in any order", () => {
    expect(carriedPackStaysExact(rows, [b, a], true)).toBe(true);
  });

  it.each([
    ["it was not exact", rows, false],
    ["an entry is gone", [a], true],
    ["an entry moved", [a, { ...b, path: row("c", 20, []).path }], true],
    ["an entry changed its kind", [a, { ...b, kind: "exec" as const }], true],
    ["an entry changed its content", [a, row("b", 21, b.extents)], true],
    ["another path shares content", [a, b, row("c", 20, b.extents)], true],
  ])("ends when %s", (_, now, wasExact) => {
    expect(carriedPackStaysExact(rows, now, wasExact)).toBe(false);
  });
});
