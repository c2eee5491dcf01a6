import type * as Core from "@bale/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openBench } from "../bench.testing.js";

const counted = vi.hoisted(() => ({ comparisons: 0 }));

vi.mock("@bale/core", async (original) => {
  const core = await original<typeof Core>();
  return {
    ...core,
    threeWay: (input: Core.ThreeWayInput) => {
      counted.comparisons++;
      return core.threeWay(input);
    },
  };
});

afterEach(() => {
  counted.comparisons = 0;
});

async function comparisonsOf(command: () => Promise<unknown>): Promise<number> {
  counted.comparisons = 0;
  await command().catch(() => {});
  return counted.comparisons;
}

describe("Status recomputes diff to add unchanged entries", () => {
  it("no longer: each command compares the three trees once, refused or not", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    await mine.track({ a: "1", b: "1" });
    expect(await comparisonsOf(() => mine.push())).toBe(1);
    const other = await bench.clone("other");
    await other.track({ a: "2", c: "2" });
    await other.push();
    expect(await comparisonsOf(() => mine.status())).toBe(1);
    expect(await comparisonsOf(() => mine.status({ mode: "offline" }))).toBe(1);
    expect(await comparisonsOf(() => mine.pull({ dryRun: true }))).toBe(1);
    mine.write({ a: "mine" });
    expect(await comparisonsOf(() => mine.pull())).toBe(1);
    expect(await comparisonsOf(() => mine.push())).toBe(1);
    expect(await comparisonsOf(() => mine.pull({ overwrite: true }))).toBe(1);
    expect(await comparisonsOf(() => mine.push())).toBe(1);
  });

  it("unchanged files are counted by that one comparison, and not listed", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    await mine.track({ a: "1", b: "1" });
    await mine.push();
    mine.write({ a: "2" });
    const status = await mine.status();
    expect(status.changes.map((change) => change.path)).toEqual(["a"]);
    expect(status.held).toBe(4);
  });
});
