import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { counted, formatAge, formatBytes, formatCount, formatDuration } from "./format-amounts.js";

describe("amounts for people", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [1024 * 1024 - 1, "1.0 MiB"],
    [150 * 1024 * 1024, "150 MiB"],
    [5 * 2 ** 40, "5.0 TiB"],
  ])("%i bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("are never longer than eight characters up to a pebibyte", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => formatBytes(bytes).length <= 8));
  });

  it.each([
    [0, "0"],
    [999, "999"],
    [1204, "1,204"],
    [1234567, "1,234,567"],
  ])("%i is %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it("take the plural that fits", () => {
    expect([counted(1, "file"), counted(2, "file"), counted(0, "copy", "copies")]).toEqual([
      "1 file",
      "2 files",
      "0 copies",
    ]);
  });

  it.each([
    [400, "0s"],
    [59_400, "59s"],
    [125_000, "2m 05s"],
    [4_320_000, "1h 12m"],
  ])("%i ms are %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it.each([
    [-5, "just now"],
    [59_000, "just now"],
    [60_000, "1 minute ago"],
    [3 * 3_600_000, "3 hours ago"],
    [72 * 3_600_000, "3 days ago"],
  ])("an age of %i ms is %s", (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text);
  });
});
