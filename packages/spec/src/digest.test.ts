import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestFromHex, digestHex, isDigest, parseDigest, shortDigest } from "./digest.js";
import { thrownCode } from "./thrown-code.testing.js";

const hexOf = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("parseDigest", () => {
  it("takes what sha256 gives, and gives its parts back", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const hex = hexOf(text);
        const digest = parseDigest(`sha256:${hex}`);
        expect(digestHex(digest)).toBe(hex);
        expect(digestFromHex(hex)).toBe(digest);
        expect(shortDigest(digest)).toBe(`sha256:${hex.slice(0, 12)}`);
      }),
    );
  });

  const hex = hexOf("x");
  it.each<[string, unknown]>([
    ["a path", "sha256:../../x"],
    ["upper case", `sha256:${hex.toUpperCase()}`],
    ["an algorithm in upper case", `SHA256:${hex}`],
    ["63 digits", `sha256:${hex.slice(1)}`],
    ["65 digits", `sha256:${hex}a`],
    ["a line end after it", `sha256:${hex}\n`],
    ["a line end in its place", `sha256:${hex.slice(1)}\n`],
    ["no algorithm", hex],
    ["another algorithm", `sha512:${hex}`],
    ["a digit of another script", `sha256:${hex.slice(1)}\u0661`],
    ["a megabyte", `sha256:${"a".repeat(1_000_000)}`],
    ["nothing", ""],
    ["undefined", undefined],
    ["an array that prints like one", [`sha256:${hex}`]],
  ])("refuses %s", (_name, value) => {
    expect(isDigest(value)).toBe(false);
    expect(thrownCode(() => parseDigest(value))).toBe("REFERENCE_INVALID");
  });
});
