import { describe, expect, it } from "vitest";
import { diffOf, type Situation, untracked } from "../diff/trees.testing.js";
import { describeChange } from "./describe-change.js";

function told(situation: Situation): string[] {
  return diffOf(situation).changes.map(describeChange);
}

describe("describeChange", () => {
  it("names what happened on each side", () => {
    expect(told({ base: { a: "1" }, local: { a: "2" }, remote: { a: "3" } })).toEqual([
      "changed here, changed there",
    ]);
    expect(told({ base: { a: "1" }, local: { a: "2" } })).toEqual(["changed here, removed there"]);
    expect(told({ local: { a: "2" }, remote: { a: "3" } })).toEqual(["added here, added there"]);
    expect(told({ base: { a: "1" }, local: { a: "1" }, remote: { a: "1@data" } })).toEqual([
      "moved to layer data there",
    ]);
  });
  it("names what is in the way", () => {
    const remote = { a: "1" };
    expect(told({ remote, inTheWay: { a: untracked("2") } })).toEqual([
      "an untracked file with other content is in the way",
    ]);
    expect(told({ remote, inTheWay: { a: { kind: "folder", holdsUntracked: true } } })).toEqual([
      "a folder with untracked files is in the way, and no flag removes it",
    ]);
    expect(told({ remote, inTheWay: { a: { kind: "special" } } })).toEqual([
      "something that is neither file nor folder is in the way, and no flag removes it",
    ]);
    expect(
      told({ remote: { "a/x": "1" }, inTheWay: { "a/x": { kind: "parent-is-file", path: "a" } } }),
    ).toEqual(["its parent a is an untracked file here"]);
    expect(told({ base: { a: "2" }, remote: { a: "1" }, inTheWay: { a: untracked("2") } })).toEqual([
      "removed here, changed there, and an untracked file is in the way",
    ]);
  });
  it("names both sides of a clash", () => {
    expect(told({ local: { a: "1" }, remote: { "a/x": "1" } })).toEqual([
      "a file here and a folder there",
      "a is a file here, and a/x lies below it there",
    ]);
    expect(told({ local: { "a/x": "1" }, remote: { a: "1" } })).toEqual([
      "a file there and a folder here",
      "a is a file there, and a/x lies below it here",
    ]);
  });
  it("names a move out of the selection", () => {
    const moved: Situation = {
      base: { a: "1" },
      local: { a: "2" },
      remote: { a: "1@data" },
      selected: ["code"],
    };
    expect(told(moved)).toEqual(["changed here, and moved there to layer data, which is not selected"]);
    expect(told({ ...moved, local: { a: "1" } })).toEqual([
      "moved there to layer data, which is not selected",
    ]);
  });
});
