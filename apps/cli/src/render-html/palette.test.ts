import { describe, expect, it } from "vitest";
import { DARK, LIGHT, type Palette } from "./palette.js";

/** Relative luminance (WCAG 2.2, "relative luminance"). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

type Name = keyof Palette;
const TEXT: readonly (readonly [text: Name, ground: Name])[] = [
  ...(["text", "quiet", "link"] as const).flatMap((name) => [
    [name, "page"] as const,
    [name, "panel"] as const,
  ]),
  ["added", "added-on"],
  ["removed", "removed-on"],
  ["changed", "changed-on"],
  // Numbers of lines.
  ["quiet", "added-on"],
  ["quiet", "removed-on"],
  ...(["part1", "part2", "part3", "part4", "part5", "part6"] as const).map(
    (part) => ["on-part", part] as const,
  ),
];

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
] as const)("%s colours", (_, palette) => {
  it.each(TEXT)("show %s on %s", (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it("show bars on the page and on their track", () => {
    expect(contrast(palette.bar, palette.page)).toBeGreaterThanOrEqual(3);
    expect(contrast(palette.bar, palette.track)).toBeGreaterThanOrEqual(3);
  });
});

it("measures contrast as the guidelines do", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
