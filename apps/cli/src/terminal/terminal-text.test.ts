import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safe, safeLines } from "./safe-text.js";
import { stripPaint } from "./strip-paint.js";
import { table } from "./table.js";
import { textStyle } from "./text-style.js";
import { wantsColor } from "./wants-color.js";
import { wrapNames, wrapText } from "./wrap-text.js";

describe("colour", () => {
  const tty = { isTty: true };
  const pipe = { isTty: false };
  it.each([
    [tty, undefined, {}, true],
    [pipe, undefined, {}, false],
    [tty, "auto", { NO_COLOR: "1" }, false],
    [tty, "auto", { NO_COLOR: "" }, true],
    [tty, "auto", { TERM: "dumb" }, false],
    [pipe, "auto", { FORCE_COLOR: "1" }, true],
    [tty, "auto", { FORCE_COLOR: "0" }, false],
    [pipe, "auto", { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    [pipe, "always", { NO_COLOR: "1" }, true],
    [tty, "never", { FORCE_COLOR: "1" }, false],
  ] as const)("on %j with %s and %j is %s", (stream, asked, env, expected) => {
    expect(wantsColor(stream, asked, env)).toBe(expected);
  });

  it("changes nothing but what strip takes away", () => {
    const painted = textStyle({ color: true });
    const plain = textStyle({ color: false });
    expect(painted.red("x")).toBe("\u001b[31mx\u001b[0m");
    expect(stripPaint(painted.bold(painted.red("x")))).toBe("x");
    expect(plain.red("x")).toBe("x");
    expect(painted.red("")).toBe("");
  });
});

describe("text from elsewhere", () => {
  it("cannot move the cursor, ring or turn around", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(safe(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(safeLines(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("lines", () => {
  it("are broken between words, none lost, none longer than the width unless it is one word", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,15}$/), { maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 60 }), (list, width) => {
        const lines = wrapText(list.join(" "), width);
        expect(lines.join(" ").trim()).toBe(list.join(" "));
        for (const line of lines) expect(line.length <= width || !line.includes(" ")).toBe(true);
      }),
    );
  });

  it("of a table line up, painted or not, and end with their text", () => {
    const { green } = textStyle({ color: true });
    const shown = table(
      [
        ["a", "1"],
        [green("long"), "200"],
      ],
      ["left", "right"],
    );
    expect(stripPaint(shown)).toBe("a       1\nlong  200\n");
    expect(table([["x", ""]])).toBe("x\n");
  });

  it("of a table with a width go on below their last column, or below the row where that would be narrow", () => {
    const rows = [
      ["a", "12", "one, two, three, four, five, six"],
      ["b", "3", "one"],
      ["c", "4", ""],
    ];
    const aligned = ["left", "right", "left"] as const;
    expect(table(rows, aligned, 31)).toBe(
      "a  12  one, two, three, four,\n       five, six\nb   3  one\nc   4\n",
    );
    expect(table(rows, aligned, 20)).toBe(
      "a  12\n    one, two, three,\n    four, five, six\nb   3\n    one\nc   4\n",
    );
    expect(table(rows, aligned, 80)).toBe(table(rows, aligned));
    expect(table([["a", "big 1 B in 2 blobs, other 2 B in 3 blobs"]], [], 40)).toBe(
      "a  big 1 B in 2 blobs,\n   other 2 B in 3 blobs\n",
    );
  });

  it("of names are broken behind commas alone", () => {
    expect(wrapNames(["big (s3)", "other (fs)", "x"], 20)).toEqual(["big (s3),", "other (fs), x"]);
    expect(wrapNames(["one"], 2)).toEqual(["one"]);
  });
});
