import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fsConfig } from "./config.js";

function issuesOf(input: unknown): readonly string[] {
  const parsed = fsConfig.parse(input);
  return parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("a store in a directory", () => {
  it.each([
    { type: "fs", path: "/mnt/models" },
    { type: "fs", path: "/a" },
    { type: "fs", path: "/with space/and-ümlaut/~kept" },
    { type: "fs", path: "C:/models" },
    { type: "fs", path: "/mnt/models", prefix: "acme" },
    { type: "fs", path: "/mnt/models", prefix: "acme/v1.2/x_y-z" },
  ])("may be $path with prefix $prefix", (input) => {
    expect(fsConfig.parse(input)).toEqual({ ok: true, value: input });
  });

  it.each([
    ["models", "is not absolute"],
    ["./models", "is not absolute"],
    ["", "is not absolute"],
    ["C:models", "is not absolute"],
    ["\\\\server\\share", "is not absolute"],
    ["~/models", 'begins with "~"'],
    ["~", 'begins with "~"'],
    ["/", "is the root"],
    ["C:/", "is the root"],
    ["/a/../b", '".."'],
    ["/..", '".."'],
    ["/a/./b", 'a part "."'],
    ["/a//b", "an empty part"],
    ["//server/share", "an empty part"],
    ["/a/", "an empty part"],
    ["/a\\b", "a backslash"],
    ["/a\u0000b", "a control character"],
    ["/a\nb", "a control character"],
    ["/a\u2028b", "a control character"],
    [`/${"a".repeat(2000)}`, "is longer than"],
  ])("may not be %j", (path, reason) => {
    expect(issuesOf({ type: "fs", path })).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    "",
    "/a",
    "a/",
    "a//b",
    "..",
    "a/../b",
    ".hidden",
    "-x",
    "a b",
    "a\\b",
    "~",
    "ü",
    "a".repeat(300),
  ])("may not have the prefix %j", (prefix) => {
    expect(issuesOf({ type: "fs", path: "/a", prefix })).toHaveLength(1);
  });

  it("is strict about members and their types, and reports everything at once", () => {
    expect(issuesOf({ type: "fs", path: 1, prefix: true })).toEqual([
      "path: is no text",
      "prefix: is no text",
    ]);
    expect(issuesOf({ type: "fs", path: "/a", mode: "0777" })).toEqual([
      "mode: is no member of such a store",
    ]);
    expect(issuesOf({ type: "fs" })).toEqual(["path: is missing"]);
    expect(issuesOf({ type: "s3", path: "/a" })).toEqual(['type: is not "fs"']);
    for (const input of [undefined, null, "fs", [], 7]) expect(issuesOf(input).length).toBeGreaterThan(0);
  });

  it("never leaves its path, whatever passes", () => {
    const part = fc.oneof(
      fc.constantFrom("..", ".", "", "~", "a", "b.c", "\\", "x y"),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), fc.array(part, { maxLength: 3 }), (path, prefix) => {
        const input = { type: "fs", path: `/${path.join("/")}`, prefix: prefix.join("/") };
        const parsed = fsConfig.parse(input);
        if (!parsed.ok) return;
        const whole = `${input.path}/${input.prefix}`;
        expect(posix.normalize(whole)).toBe(whole);
        expect(whole.startsWith(`${input.path}/`)).toBe(true);
      }),
    );
  });
});
