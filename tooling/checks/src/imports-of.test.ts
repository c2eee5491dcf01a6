import { describe, expect, it } from "vitest";
import { importsOf, packageOf } from "./imports-of.mjs";

describe("imports of a file", () => {
  it.each([
    ['import a from "x";', "x"],
    ['import type { A } from "x";', "x"],
    ['import {\n  type A,\n  b,\n} from "x";', "x"],
    ['import "x";', "x"],
    ['export { a } from "x";', "x"],
    ['export * from "x";', "x"],
    ['const a = await import("x");', "x"],
    ['type A = import("x").A;', "x"],
  ])("%j", (text, name) => {
    expect(importsOf(text)).toEqual([name]);
  });

  it("are not what a comment or a text says", () => {
    const comment = '/**\n * import a from "x";\n */\n// import b from "y";\n  // see import("z")\n';
    expect(importsOf(`${comment}export const text = 'from "w"';`)).toEqual([]);
  });

  it("are each given once, in any number", () => {
    expect(importsOf('import a from "x";\nimport b from "y";\nexport { c } from "x";')).toEqual(["x", "y"]);
  });
});

it("a specifier names a package, with or without scope and sub-path", () => {
  expect(["a", "a/b/c", "@s/a", "@s/a/b"].map(packageOf)).toEqual(["a", "a", "@s/a", "@s/a"]);
});
