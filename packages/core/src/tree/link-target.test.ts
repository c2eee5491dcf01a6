import { parseBundlePath } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkTargetProblem } from "./link-target.js";

const problem = (path: string, target: string): string | undefined =>
  linkTargetProblem(parseBundlePath(path), target);

describe("linkTargetProblem", () => {
  it.each([
    ["link", "file"],
    ["link", "./file"],
    ["link", "folder/"],
    ["link", "."],
    ["a/link", ".."],
    ["a/b/link", "../../c"],
    ["a/b/link", "../x/../y"],
    ["lib/libx.so", "libx.so.1"],
    ["link", "a//b"],
    ["link", "café/日本"],
    ["link", "a b"],
    ["link", "a".repeat(255)],
  ])("%s -> %s is allowed", (path, target) => {
    expect(problem(path, target)).toBeUndefined();
  });

  it.each([
    ["link", "", /empty/],
    ["link", "/etc/passwd", /absolute/],
    ["link", "//host/share", /absolute/],
    ["link", "\\\\host\\share", /backslash/],
    ["link", "a\\b", /backslash/],
    ["link", "C:/x", /absolute/],
    ["link", "c:x", /absolute/],
    ["link", "..", /leaves/],
    ["a/link", "../..", /leaves/],
    ["a/link", "../../a/x", /leaves/],
    ["a/link", "b/../../../a/x", /leaves/],
    ["link", "./../link", /leaves/],
    ["link", "a\nb", /control/],
    ["link", "a\u0000b", /control/],
    ["link", "a\u009bb", /control/],
    ["link", "a\u2028b", /control/],
    ["link", "a\ud800", /UTF-8/],
    ["link", ".git/hooks/pre-commit", /safe/],
    ["a/link", "../.BALE/state", /safe/],
    ["link", ".gi\u200ct/config", /safe/],
    ["link", "aux", /safe/],
    ["link", "ab:c", /safe/],
    ["link", "...", /safe/],
    ["link", `${"a/".repeat(2048)}b`, /longer/],
    ["link", "é".repeat(2049), /longer/],
  ])("%s -> %j is refused", (path, target, why) => {
    expect(problem(path, target)).toMatch(why);
  });

  it("lets nothing out: what it allows resolves inside the tree at every step", () => {
    const parts = fc.array(fc.constantFrom("..", ".", "a", "b", ""), { minLength: 1, maxLength: 12 });
    const folders = fc.array(fc.constantFrom("a", "b"), { maxLength: 4 });
    fc.assert(
      fc.property(folders, parts, (folder, target) => {
        const text = target.join("/");
        const path = [...folder, "link"].join("/");
        let depth = folder.length;
        let lowest = depth;
        for (const part of target) {
          if (part === "..") depth--;
          else if (part === "a" || part === "b") depth++;
          lowest = Math.min(lowest, depth);
        }
        const allowed = lowest >= 0 && text !== "" && !text.startsWith("/");
        expect(problem(path, text) === undefined).toBe(allowed);
      }),
    );
  });
});
