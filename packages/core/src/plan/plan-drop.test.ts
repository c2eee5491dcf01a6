import { describe, expect, it } from "vitest";
import { entries, type Tree } from "../diff/trees.testing.js";
import { planDrop } from "./plan-drop.js";

const drop = (base: Tree, local: Tree, path?: (path: string) => boolean) =>
  planDrop({ base: entries(base), local: entries(local), selected: (layer) => layer === "code", path });

describe("planDrop", () => {
  it("removes held files outside the selection that are unchanged, and leaves those inside", () => {
    const plan = drop(
      { a: "1@data", b: "1", "bale.yaml": "2@bale" },
      { a: "1@data", b: "1", "bale.yaml": "2@bale" },
    );
    expect(plan.actions).toMatchObject([
      { type: "delete", path: "a", keepOld: false, expect: { layer: "data" } },
    ]);
    expect(plan.kept).toEqual([]);
  });
  it("lists what it cannot remove without loss", () => {
    const plan = drop({ changed: "1@data", gone: "1@data" }, { added: "1@data", changed: "2@data" });
    expect(plan.actions).toEqual([]);
    expect(plan.kept).toEqual([
      { path: "added", reason: "added here" },
      { path: "changed", reason: "changed here" },
      { path: "gone", reason: "deleted here" },
    ]);
  });
  it("keeps to the path limit", () => {
    const tree = { a: "1@data", b: "1@data" };
    expect(drop(tree, tree, (path) => path === "b").actions).toMatchObject([{ path: "b" }]);
  });
  it("takes a file that was moved into the selection here as selected", () => {
    expect(drop({ a: "1@data" }, { a: "1" })).toMatchObject({ actions: [], kept: [] });
  });
});
