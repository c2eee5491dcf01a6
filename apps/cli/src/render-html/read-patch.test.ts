import { createTwoFilesPatch } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPatch } from "./read-patch.js";

describe("a patch", () => {
  it("is read with the numbers of its lines; what looks like a name in a hunk is a line", () => {
    const text = "--- a/x\n+++ b/x\n@@ -3,3 +3,3 @@\n same\n--- gone\n+++ new\n last\n\\ No newline at end of file\n";
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
});
