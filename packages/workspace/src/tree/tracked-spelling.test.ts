import { describe, expect, it } from "vitest";
import { FULL_CAPABILITIES } from "../capabilities.js";
import { at } from "../workspace.testing.js";
import { takeTrackedSpelling } from "./tracked-spelling.js";

const stat = { size: 1, mtimeNs: 1n, ctimeNs: 1n, ino: 1n, kind: "file" } as const;
const untracked = ["Cafe\u0301/README", "other"].map((path) => ({ path: at(path), stat }));
const unseen = ["caf\u00e9/readme", "gone"].map((path) => ({ path: at(path), entry: { tracked: true } }));

describe("spelling on disks that fold names", () => {
  it.each([{ caseSensitive: false }, { keepsNormalization: false }])("is the tracked one: %j", (change) => {
    const result = takeTrackedSpelling(untracked, unseen, { ...FULL_CAPABILITIES, ...change });
    expect(result.found).toEqual([{ path: "caf\u00e9/readme", entry: { tracked: true }, stat }]);
    expect(result.unseen.map(({ path }) => path)).toEqual(["gone"]);
    expect(result.untracked.map(({ path }) => path)).toEqual(["other"]);
  });

  it("stays as it is where the disk keeps names", () => {
    expect(takeTrackedSpelling(untracked, unseen, FULL_CAPABILITIES)).toEqual({
      found: [],
      unseen,
      untracked,
    });
  });
});
