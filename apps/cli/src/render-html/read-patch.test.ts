import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPatch } from "./read-patch.js";

describe("a patch", () => {
  it("is read with the numbers of its lines; what looks like a name in a hunk is a line", () => {
    const text =
      "--- a/x\n+++ b/x\n@@ -3,3 +3,3 @@\n same\n--- gone\n+++ new\n last\n\\ No newline at end of file\n";
    expect(readPatch(text)).toEqual([
      {
        head: "@@ -3,3 +3,3 @@",
        lines: [
          { kind: "context", text: "same", number: 3 },
          { kind: "removed", text: "-- gone", number: 4 },
          { kind: "added", text: "++ new", number: 4 },
          { kind: "context", text: "last", number: 5 },
          { kind: "note", text: " No newline at end of file", number: undefined },
        ],
      },
    ]);
    expect(readPatch("")).toEqual([]);
  });

  it("gives back every line of every hunk, whatever the lines are", () => {
    const line = fc.tuple(
      fc.constantFrom("+", "-", " "),
      fc.constantFrom("", "@@ -1 +1 @@", "--- a", "+++ b", "\\", "x"),
    );
    const hunk = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.array(line, { minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(hunk, { maxLength: 4 }), (hunks) => {
        const heads = hunks.map(([at]) => `@@ -${at},1 +${at},1 @@`);
        const text = hunks.map(
          ([, lines], index) => `${heads[index]}\n${lines.map((each) => `${each.join("")}\n`).join("")}`,
        );
        const read = readPatch(`--- a/f\n+++ b/f\n${text.join("")}`);
        expect(read.map(({ head }) => head)).toEqual(heads);
        expect(read.map(({ lines }) => lines.map((each) => each.text))).toEqual(
          hunks.map(([, lines]) => lines.map(([, content]) => content)),
        );
      }),
    );
  });
});
