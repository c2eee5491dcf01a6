import { comparePaths, type EntryKind, parseBundlePath, pathKey } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thrownCode } from "../thrown-code.testing.js";
import { createTreeCheck } from "./tree-check.js";

type Entry = string | readonly [path: string, target: string];

/** The code for a tree whose paths are sorted here; a pair is a link. */
function check(...entries: readonly Entry[]): string {
  const rows = entries
    .map((entry) => (typeof entry === "string" ? ([entry, undefined] as const) : entry))
    .sort((a, b) => comparePaths(a[0], b[0]));
  return thrownCode(() => {
    const tree = createTreeCheck();
    for (const [path, target] of rows) {
      const kind: EntryKind = target === undefined ? "file" : "link";
      tree.add(parseBundlePath(path), kind, target);
    }
    tree.finish();
  });
}

describe("createTreeCheck", () => {
  it.each([
    ["same names in different folders", ["a/x", "b/x", "x"]],
    ["a name that begins like a folder", ["a-b", "a/x", "a.txt", "a0"]],
    ["many levels", ["a/b/c/d", "a/b/c/e", "a/b/x", "a/y", "z"]],
    ["the same name as file here and folder there", ["a/x", "b/x/y"]],
  ])("accepts %s", (_name, entries) => {
    expect(check(...entries)).toBe("accepted");
  });

  it.each([
    ["case", ["README", "readme"]],
    ["case, with others between", ["README", "a", "b/c", "m", "readme"]],
    ["case of a folder", ["Data/a", "data/b"]],
    ["case of a folder deep down", ["x/Data/a", "x/data/b"]],
    ["case of a folder and a file", ["Data", "data/b"]],
    ["NFC and NFD", ["caf\u00e9", "cafe\u0301"]],
    ["NFC and NFD of a folder", ["caf\u00e9/a", "cafe\u0301/b"]],
    ["a sharp s and two", ["stra\u00dfe", "STRASSE"]],
    ["the Kelvin sign", ["k", "\u212a"]],
    ["a ligature", ["\ufb01le", "FILE"]],
    ["final sigma", ["\u03c3", "\u03c2"]],
    ["the same path twice", ["a", "a"]],
  ])("refuses twins by %s", (_name, entries) => {
    expect(check(...entries)).toBe("NAME_COLLISION");
  });

  it("refuses a path that is a parent of another, also when others sort between them", () => {
    expect(check("a", "a/b")).toBe("UNSAFE_PATH");
    expect(check("a", "a-b", "a.c", "a/b")).toBe("UNSAFE_PATH");
    expect(check(["a", "b"], "a/x", "b")).toBe("UNSAFE_PATH");
  });

  it("refuses paths that are not sorted", () => {
    expect(
      thrownCode(() => {
        const tree = createTreeCheck();
        tree.add(parseBundlePath("b"), "file");
        tree.add(parseBundlePath("a"), "file");
      }),
    ).toBe("INDEX_INVALID");
  });

  it("agrees with the key of whole paths on random trees", () => {
    const part = fc.constantFrom(
      "a",
      "A",
      "b",
      "\u00df",
      "ss",
      "SS",
      "caf\u00e9",
      "cafe\u0301",
      "a-",
      "\u{1f600}",
    );
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 8 }), (paths) => {
        const spellings = new Map<string, Set<string>>();
        const folders = new Set<string>();
        for (const whole of paths) {
          const parts = whole.split("/");
          for (let length = 1; length <= parts.length; length++) {
            const prefix = parts.slice(0, length).join("/");
            const key = pathKey(prefix);
            spellings.set(key, (spellings.get(key) ?? new Set()).add(prefix));
            if (length < parts.length) folders.add(prefix);
          }
        }
        const isSafe =
          [...spellings.values()].every((names) => names.size === 1) &&
          paths.every((whole) => !folders.has(whole));
        expect(check(...paths) === "accepted").toBe(isSafe);
      }),
      { numRuns: 500 },
    );
  });

  describe("links", () => {
    it.each<[string, readonly Entry[]]>([
      ["a link to a file", [["link", "a/b"], "a/b"]],
      ["a link to nothing", [["link", "gone"]]],
      ["a chain whose steps are last ones", [["x.so", "x.so.1"], ["x.so.1", "x.so.1.2"], "x.so.1.2"]],
      ["a link up and down again", [["a/b/link", "../../c/d"], "c/d"]],
      ["a folder link that nothing goes through", [["current", "v1"], "v1/x"]],
    ])("accepts %s", (_name, entries) => {
      expect(check(...entries)).toBe("accepted");
    });

    it.each<[string, readonly Entry[]]>([
      ["leaves the tree", [["a/link", "../../x"]]],
      ["passes through a link", [["dir", "real"], ["link", "dir/x"], "real/x"]],
      ["passes through a link in another case", [["Dir", "real"], ["link", "dir/x"], "real/x"]],
      [
        "passes through a link in another normalisation",
        [["caf\u00e9", "real"], ["link", "cafe\u0301/x"], "real/x"],
      ],
      ["climbs out of a link", [["a/deep", "b/c/d"], ["z", "a/deep/../../../x"], "a/b/c/d/f"]],
      ["passes through itself", [["link", "link/x"]]],
      ["passes through a link that comes later", [["a", "z/x"], ["z", "real"], "real/x"]],
      ["has no target", [["link", ""]]],
    ])("refuses a link that %s", (_name, entries) => {
      expect(check(...entries)).toBe("LINK_UNSAFE");
    });

    it("takes long targets of many parts without slowing to a crawl", () => {
      const target = `${"a/".repeat(2000)}b`;
      const entries = Array.from({ length: 300 }, (_, index): Entry => [`link${index}`, target]);
      expect(check(...entries)).toBe("accepted");
    });
  });
});
