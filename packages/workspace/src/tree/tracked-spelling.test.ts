import { describe, expect, it } from "vitest";
import { FULL_CAPABILITIES } from "../capabilities.js";
import type { TreeScan } from "../scan/tree-scan.js";
import { at } from "../workspace.testing.js";
import { withTrackedSpelling } from "./tracked-spelling.js";

const stat = { size: 1, mtimeNs: 1n, ctimeNs: 1n, ino: 1n, kind: "file" } as const;
const scan: TreeScan = {
  files: ["Cafe\u0301/README", "b", "other"].map((path) => ({ path: at(path), stat })),
  ignored: [],
  problems: [],
  unreadable: new Map(),
  folders: new Set(),
};
const entries = new Map(["b", "caf\u00e9/readme"].map((path) => [at(path), { tracked: true }]));

describe("spelling on disks that fold names", () => {
  it("is the tracked one", () => {
    for (const change of [{ caseSensitive: false }, { keepsNormalization: false }]) {
      const files = withTrackedSpelling(scan, entries, { ...FULL_CAPABILITIES, ...change }).files;
      expect(files.map(({ path }) => path)).toEqual(["b", "caf\u00e9/readme", "other"]);
    }
  });

  it("stays as it is where the disk keeps names", () => {
    expect(withTrackedSpelling(scan, entries, FULL_CAPABILITIES)).toBe(scan);
  });
});
