import type { BundlePath, StoreName } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { storageRule } from "./storage-rule.js";

const path = "data/x.bin" as BundlePath;
const cold = "cold" as StoreName;

describe("storageRule", () => {
  it("takes the first rule whose conditions both hold, else the registry", () => {
    const rules = [
      { match: (name: string) => name.endsWith(".txt"), store: cold },
      { match: (name: string) => name.startsWith("data/"), largerThan: 100, store: "hot" as StoreName },
      { largerThan: 1000, store: cold },
    ];
    expect(storageRule(rules, path, 100)).toBeUndefined();
    expect(storageRule(rules, path, 101)).toBe("hot");
    expect(storageRule(rules, "other" as BundlePath, 1001)).toBe("cold");
    expect(storageRule(rules, "a.txt" as BundlePath, 0)).toBe("cold");
    expect(storageRule([], path, 1e12)).toBeUndefined();
  });

  it("lets a rule name the registry before a wider one", () => {
    const rules = [{ match: (name: string) => name === path, store: "registry" as const }, { store: cold }];
    expect(storageRule(rules, path, 1)).toBeUndefined();
    expect(storageRule(rules, "z" as BundlePath, 1)).toBe("cold");
  });
});
