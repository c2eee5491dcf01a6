import { applyPatch } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "./unified-diff.js";

const own = (mark: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${mark} ${index}\n`).join("");

describe("a unified diff", () => {
  it("has three lines of context and no ruler", async () => {
    const before = "1\n2\n3\n4\n5\n6\n";
    expect(await unifiedDiff("a/f", "b/f", before, before.replace("5", "five"))).toBe(
      "--- a/f\n+++ b/f\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n",
    );
  });

  it("of texts that differ in thousands of lines replaces all that differs, and keeps what they begin and end with", async () => {
    const [head, tail] = [own("head", 10), own("tail", 10)];
    const text = await unifiedDiff("a", "b", head + own("a", 1_500) + tail, head + own("b", 1_600) + tail);
    expect(text).toContain("@@ -8,1506 +8,1606 @@\n head 7\n");
    expect(text.endsWith("+b 1599\n tail 0\n tail 1\n tail 2\n")).toBe(true);
  });

  it.each([
    ["no line end before", "x", ""],
    ["no line end after", "", "x"],
    ["no line end on both sides", "x", "x"],
    ["other last lines without an end", "x", "y"],
    ["an empty last line", "\n", "\n\n"],
  ])("of such texts is right with %s", async (_, endBefore, endAfter) => {
    const before = own("a", 1_500) + endBefore;
    const after = own("b", 1_500) + endAfter;
    expect(applyPatch(before, await unifiedDiff("a", "b", before, after))).toBe(after);
    expect(applyPatch("", await unifiedDiff("a", "b", "", after))).toBe(after);
    expect(applyPatch(before, await unifiedDiff("a", "b", before, ""))).toBe("");
  });

  const lines = fc
    .array(fc.constantFrom("a", "b", "", "-", "+ x"), { maxLength: 6 })
    .map((all) => all.join("\n"));

  it("leads from one text to the other, whatever both begin and end with", async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, lines, lines, async (head, tail, a, b) => {
        const before = `${head}\n${own("a", 1_100)}${a}\n${tail}`;
        const after = `${head}\n${own("b", 1_100)}${b}\n${tail}`;
        expect(applyPatch(before, await unifiedDiff("a", "b", before, after))).toBe(after);
      }),
      { numRuns: 8 },
    );
  });
});
