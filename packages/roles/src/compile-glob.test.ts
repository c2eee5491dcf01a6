import { BaleError } from "@bale/spec";
import fc from "fast-check";
import picomatch from "picomatch/posix.js";
import { describe, expect, it } from "vitest";
import { compileGlob } from "./compile-glob.js";
import { globProblem } from "./glob-problem.js";

function matched(glob: string, paths: readonly string[]): string[] {
  return paths.filter(compileGlob(glob));
}

describe("compileGlob", () => {
  it("matches whole paths, with / as the only separator", () => {
    const paths = ["src", "src/a.py", "src/deep/b.py", "a.py", "lib/src/a.py", "srcs/a.py"];
    expect(matched("src/**", paths)).toEqual(["src", "src/a.py", "src/deep/b.py"]);
    expect(matched("*.py", paths)).toEqual(["a.py"]);
    expect(matched("**/*.py", paths)).toEqual([
      "src/a.py",
      "src/deep/b.py",
      "a.py",
      "lib/src/a.py",
      "srcs/a.py",
    ]);
    expect(matched("src/*", paths)).toEqual(["src/a.py"]);
    expect(matched("src", paths)).toEqual(["src"]);
  });
  it("treats a leading dot like any other character, and case as different", () => {
    expect(matched("*", [".env", "Env", "a/b"])).toEqual([".env", "Env"]);
    expect(matched("data/**", ["data/.hidden/x", "Data/x"])).toEqual(["data/.hidden/x"]);
  });
  it("knows alternatives, classes and negation", () => {
    expect(matched("{src,lib}/*.{js,ts}", ["src/a.js", "lib/b.ts", "bin/c.js"])).toEqual([
      "src/a.js",
      "lib/b.ts",
    ]);
    expect(matched("data/part-[0-3].bin", ["data/part-2.bin", "data/part-7.bin"])).toEqual([
      "data/part-2.bin",
    ]);
    expect(matched("!src/**", ["src/a", "data/a"])).toEqual(["data/a"]);
    expect(matched("src/!(*.md)", ["src/a.md", "src/a.py"])).toEqual(["src/a.py"]);
  });
  it("takes an escaped character as itself", () => {
    expect(matched("a\\[1\\]/*", ["a[1]/x", "a1/x"])).toEqual(["a[1]/x"]);
  });
  it("decides by the constant beginning exactly as the whole expression would", () => {
    const part = fc.constantFrom("a", "b", "ab", ".a", "*", "**", "?", "a*", "{a,b}", "[ab]");
    const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const path = fc
      .array(fc.constantFrom("a", "b", "ab", ".a", "ba"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(glob, path, (text, candidate) => {
        fc.pre(globProblem(text) === undefined);
        expect(compileGlob(text)(candidate)).toBe(picomatch.isMatch(candidate, text, { dot: true }));
      }),
      { numRuns: 2_000 },
    );
  });
  it("refuses what is no glob with USAGE", () => {
    expect(() => compileGlob("a[")).toThrowError(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("globProblem", () => {
  it.each([
    ["", "empty"],
    ["a".repeat(1_025), "longer"],
    ["a\nb", "control"],
    ["/src/**", "first /"],
    ["data/", "not folders"],
    ["../secrets", ".."],
    ["a/../../b", ".."],
    ["a[", "pair up"],
    ["{a,b", "pair up"],
    ["a)", "pair up"],
    ["[z-a]", "no glob"],
    ["+(a|aa)", "busy for ever"],
    ["*(a|*(b))", "busy for ever"],
    ["{a,aa}+", "busy for ever"],
    ["(?:(?:a|a)+)", "busy for ever"],
    ["*a*a*a*a*b", "more than 4 wildcards"],
    ["{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}", "more than 4 wildcards"],
    ["*{/,}*{/,}*", "more than 4 wildcards"],
    ["**/a/**/a/**/a/**/a/**", "** more than 4"],
    ["*/".repeat(17).concat("a"), "more than 16"],
  ])("refuses %j: %s", (glob, told) => {
    expect(globProblem(glob)).toContain(told);
  });
  it.each([
    "src/**",
    "*.py",
    "**/*.{bin,dat}",
    "{src,lib}/{a,b}*",
    "a/*/b/*/c/*",
    "!(x)/y",
    "@(a|b)/c",
    "a\\*b",
  ])("accepts %s", (glob) => {
    expect(globProblem(glob)).toBeUndefined();
  });
  it("answers for any text, and what it accepts compiles and can be matched", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab*?/{}[](),!+|\\.^$-"), maxLength: 24 });
    fc.assert(
      fc.property(text, (glob) => {
        if (globProblem(glob) === undefined) expect(typeof compileGlob(glob)("ab/ba.b")).toBe("boolean");
        else expect(() => compileGlob(glob)).toThrow(BaleError);
      }),
      { numRuns: 3_000 },
    );
  });
});
