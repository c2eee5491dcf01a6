import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldTree, type ListedFolder, type ListedNode } from "./fold-tree.js";
import { pathTree, type Tally } from "./path-tree.js";

const TALLY: Tally<number, number> = {
  zero: 0,
  of: (size) => size,
  plus: (a, b) => a + b,
  weight: (size) => size,
};
type Files = Readonly<Record<string, number>>;

function fold(
  files: Files,
  limits: { readonly rows: number; readonly perFolder: number },
  order: "weight" | "name" = "weight",
): ListedFolder<number, number> {
  const entries = Object.entries(files).map(([path, value]) => ({ path, value }));
  return foldTree(pathTree(entries, TALLY), TALLY.plus, limits, order);
}

/** One line a row: `data/ (3 files, 12)`, indented. */
function lines(node: ListedNode<number, number>, indent = ""): readonly string[] {
  if (node.kind === "file") return [`${indent}${node.name} ${node.sum}`];
  const { folder, children, rest } = node;
  const inside = children.flatMap((child) => lines(child, `${indent}  `));
  const more = rest && children.length > 0 ? [`${indent}  + ${rest.files} files ${rest.sum}`] : [];
  return [`${indent}${folder.name}/ ${folder.files} files ${folder.sum}`, ...inside, ...more];
}
const WIDE = { rows: 100, perFolder: 100 };

describe("a folded tree", () => {
  it("lists the largest first, or by name", () => {
    const files = { "b/small": 1, "a/large": 9, "a/other": 2, top: 5 };
    expect(lines(fold(files, WIDE))).toEqual([
      "/ 4 files 17",
      "  a/ 2 files 11",
      "    large 9",
      "    other 2",
      "  top 5",
      "  b/ 1 files 1",
      "    small 1",
    ]);
    expect(lines(fold(files, WIDE, "name")).map((line) => line.trim().split(" ")[0])).toEqual([
      "/",
      "a/",
      "large",
      "other",
      "b/",
      "small",
      "top",
    ]);
  });

  it("makes one row of folders that hold only each other, and leaves a file its folder", () => {
    expect(lines(fold({ "src/main/java/A": 1, "src/main/java/B": 1, x: 0 }, WIDE))).toContain(
      "  src/main/java/ 2 files 2",
    );
  });

  it("counts what has no room, in every folder, and leaves the lightest folders closed", () => {
    const files = Object.fromEntries([
      ...Array.from({ length: 5 }, (_, index) => [`a/${index}`, 10 + index]),
      ...Array.from({ length: 5 }, (_, index) => [`b/${index}`, 1]),
    ]);
    expect(lines(fold(files, { rows: 4, perFolder: 3 }))).toEqual([
      "/ 10 files 65",
      "  a/ 5 files 60",
      "    4 14",
      "    3 13",
      "    + 3 files 33",
      "  b/ 5 files 5",
    ]);
  });

  it("takes long names for several rows, and ends at a depth that browsers bear", () => {
    expect(fold({ ["x".repeat(250)]: 2, y: 1 }, { rows: 3, perFolder: 9 }).children).toHaveLength(1);
    const path = `${"d/a/".repeat(500)}f`;
    const depth = (node: ListedNode<number, number>): number =>
      node.kind === "file" ? 1 : 1 + Math.max(0, ...node.children.map(depth));
    expect(depth(fold({ [path]: 1, [`${path}g`]: 1, "d/b": 1, "d/a/c": 1 }, WIDE))).toBeLessThan(20);
  });

  it("takes folders of names that objects have", () => {
    const tree = pathTree([{ path: "__proto__/constructor", value: 1 }], TALLY);
    expect(tree.children[0]?.name).toBe("__proto__");
  });

  const names = fc.stringMatching(/^[ab]{1,2}(\/[abc]{1,2}){0,3}$/);
  const trees = fc.dictionary(names, fc.nat(100), { maxKeys: 40 });

  it("loses no file and no byte, keeps to its rows, and does not mind the order of its input", () => {
    fc.assert(
      fc.property(
        trees,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (files, rows, per) => {
          const folded = fold(files, { rows, perFolder: per });
          const sum = (
            node: ListedNode<number, number>,
          ): readonly [files: number, bytes: number, rows: number] => {
            if (node.kind === "file") return [1, node.sum, 1];
            const parts = node.children.map(sum);
            const add = (index: 0 | 1 | 2) => parts.reduce((all, part) => all + part[index], 0);
            const own = [
              add(0) + (node.rest?.files ?? 0),
              add(1) + (node.rest?.sum ?? 0),
              add(2) + 1,
            ] as const;
            expect([own[0], own[1]]).toEqual([node.folder.files, node.folder.sum]);
            return own;
          };
          const [count, bytes, listed] = sum(folded);
          expect(count).toBe(Object.keys(files).length);
          expect(bytes).toBe(Object.values(files).reduce((all, size) => all + size, 0));
          expect(listed - 1).toBeLessThanOrEqual(rows);
          const reversed = Object.fromEntries(Object.entries(files).reverse());
          expect(lines(fold(reversed, { rows, perFolder: per }))).toEqual(lines(folded));
        },
      ),
    );
  });
});
