import { digestFromHex } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { diffOf } from "../diff/trees.testing.js";
import { type Approved, approve } from "./approve.js";
import { NO_WAY_OUT } from "./arbitrary-world.testing.js";
import { planPull } from "./plan-pull.js";
import type { PullPlan } from "./pull-plan.js";

const remoteManifest = digestFromHex("f".repeat(64));

describe("planPull", () => {
  it("counts what it would do and what it leaves", () => {
    const diff = diffOf({
      base: { gone: "1", mine: "1", same: "1", fixed: "1", out: "1" },
      local: { gone: "1", mine: "2", same: "1", fixed: "2", out: "1" },
      remote: { mine: "1", same: "1", fixed: "2", new: "3", newer: "4", out: "2", far: "1@data" },
      selected: ["code"],
    });
    const plan = planPull({
      diff,
      policy: { ...NO_WAY_OUT, path: (path) => path !== "out" },
      remoteManifest,
    });
    expect(plan).toMatchObject({
      kind: "pull",
      remoteManifest,
      blocked: [],
      diverged: false,
      remoteBehind: false,
    });
    expect(plan.summary).toEqual({
      writes: 2,
      writeBytes: 7,
      deletes: 1,
      adopts: 0,
      repairs: 1,
      keptLocal: 1,
      outside: 1,
      inSync: 2,
      unheld: 1,
    });
  });

  it("applies local modification, conflict, collision and remote deletion in one pull with overwrite", () => {
    const diff = diffOf({
      base: { modified: "1", conflict: "1", removed: "1" },
      local: { modified: "2", conflict: "2", removed: "2" },
      remote: { modified: "1", conflict: "3", collision: "1" },
      inTheWay: { collision: { kind: "file", digest: digestFromHex("9".repeat(64)), size: 9 } },
    });
    const refused = planPull({ diff, policy: NO_WAY_OUT, remoteManifest });
    expect(refused.blocked.map(({ path }) => path)).toEqual(["collision", "conflict", "removed"]);
    const plan = planPull({ diff, policy: { ...NO_WAY_OUT, overwrite: true }, remoteManifest });
    expect(plan.blocked).toEqual([]);
    expect(plan.actions).toMatchObject([
      { type: "delete", path: "removed", keepOld: true },
      { type: "write", path: "collision", keepOld: true },
      { type: "write", path: "conflict", keepOld: true },
      { type: "write", path: "modified", keepOld: true },
    ]);
  });

  it("refuses theirs for a file where ours was said of what lies below it", () => {
    const diff = diffOf({ local: { "a/x": "1" }, remote: { a: "1" } });
    const policy = { ...NO_WAY_OUT, overwrite: true, ours: (path: string) => path === "a/x" };
    const plan = planPull({ diff, policy, remoteManifest });
    expect(plan).toMatchObject({ actions: [], blocked: [{ path: "a", verdict: "collision", clash: true }] });
  });

  it("keeps the project file even when a mirrored bundle has none", () => {
    const diff = diffOf({ local: { "bale.yaml": "1@bale", notes: "1" } });
    const plan = planPull({ diff, policy: { ...NO_WAY_OUT, mirror: true }, remoteManifest });
    expect(plan.actions).toMatchObject([{ type: "delete", path: "notes" }]);
  });

  it("lets theirs take a folder's tracked files away only where the limit allows it", () => {
    const diff = diffOf({ local: { "a/x": "1" }, remote: { a: "1" } });
    const limited = { ...NO_WAY_OUT, overwrite: true, path: (path: string) => path === "a" };
    const plan = planPull({ diff, policy: limited, remoteManifest });
    expect(plan.actions).toEqual([]);
    expect(plan.blocked).toMatchObject([{ path: "a", clash: true }]);
  });
});

describe("approve", () => {
  it("hands out the one kind of plan that may be carried out", () => {
    const plan = planPull({ diff: diffOf({ remote: { a: "1" } }), policy: NO_WAY_OUT, remoteManifest });
    const carryOut = (approved: Approved<PullPlan>): number => approved.actions.length;
    const result = approve(plan);
    expect(result.ok && carryOut(result.value)).toBe(1);
    // @ts-expect-error: a plan that nobody approved is not accepted
    expect(carryOut(plan)).toBe(1);
  });
});
