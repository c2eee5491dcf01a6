import { digestFromHex } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameContent, sameState } from "../diff/same-state.js";
import { approve } from "./approve.js";
import { arbitraryPolicy, arbitraryWorld, NO_WAY_OUT } from "./arbitrary-world.testing.js";
import {
  applyPull,
  applyPush,
  copyWorld,
  diffWorld,
  isOneTree,
  localOf,
  type World,
} from "./disk-model.testing.js";
import { planPull } from "./plan-pull.js";
import { planPush } from "./plan-push.js";
import type { PullPlan, PullPolicy } from "./pull-plan.js";

const remoteManifest = digestFromHex("f".repeat(64));
const RUNS = { numRuns: 500 };

function pullOf(world: World, policy: PullPolicy): PullPlan {
  return planPull({ diff: diffWorld(world), policy, remoteManifest });
}

/** Carries the plan out on a copy; `undefined` when it is refused. */
function pulled(world: World, policy: PullPolicy): World | undefined {
  const approved = approve(pullOf(world, policy));
  if (!approved.ok) return undefined;
  const after = copyWorld(world);
  applyPull(after, approved.value);
  return after;
}

function isKept(after: World, path: string, found: ReturnType<World["disk"]["get"]>): boolean {
  if (found === undefined) return true;
  const now = after.disk.get(path);
  if (now !== undefined && sameContent(now, found)) return true;
  return after.replaced.some((old) => old.path === path && sameContent(old.state, found));
}

describe("pull", () => {
  it("loses nothing: what was on disk stays, is kept aside, or is the unchanged base of a newer remote", () => {
    fc.assert(
      fc.property(arbitraryWorld(), arbitraryPolicy, (world, policy) => {
        const after = pulled(world, policy);
        if (after === undefined) return;
        for (const [path, found] of world.disk) {
          const inHistory =
            world.tracked.has(path) &&
            sameState(found, world.base.get(path)) &&
            !world.diverged &&
            !world.remoteBehind;
          if (!inHistory) expect(isKept(after, path, found), path).toBe(true);
        }
        expect(isOneTree(after.disk.keys())).toBe(true);
      }),
      RUNS,
    );
  });

  it("without a way out touches no untracked file and no local change", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        const after = pulled(world, NO_WAY_OUT);
        if (after === undefined) return;
        expect(after.replaced).toEqual([]);
        for (const [path, found] of world.disk)
          if (!world.tracked.has(path) || !sameState(found, world.base.get(path)))
            expect(after.disk.get(path), path).toMatchObject({ digest: found.digest, kind: found.kind });
      }),
      RUNS,
    );
  });

  it("turns a clean workspace into the remote, without any refusal", () => {
    fc.assert(
      fc.property(arbitraryWorld({ clean: true }), (world) => {
        world.diverged = false;
        world.remoteBehind = false;
        const after = pulled(world, NO_WAY_OUT);
        expect(after).toBeDefined();
        if (after === undefined) return;
        for (const [path, remote] of after.remote)
          if (after.selected.has(remote.layer)) expect(after.disk.get(path)).toEqual(remote);
        for (const [path, local] of localOf(after)) {
          expect(after.remote.get(path)).toEqual(local);
          expect(after.base.get(path)).toEqual(local);
        }
        expect(localOf(after).size).toBe(after.disk.size);
      }),
      RUNS,
    );
  });

  it("done twice does nothing the second time", () => {
    fc.assert(
      fc.property(arbitraryWorld(), arbitraryPolicy, (world, policy) => {
        const after = pulled(world, policy);
        if (after === undefined) return;
        const again = pullOf(after, policy);
        expect(again.actions).toEqual([]);
        expect(again.blocked).toEqual([]);
      }),
      RUNS,
    );
  });

  it("with mirror makes tracked files equal the remote's, and is stopped by untracked folders alone", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        const policy = { ...NO_WAY_OUT, mirror: true };
        const plan = pullOf(world, policy);
        for (const { path, clash } of plan.blocked) {
          expect(clash, path).toBe(true);
          expect(
            [...world.disk.keys()].some((other) => other.startsWith(`${path}/`) && !world.tracked.has(other)),
          ).toBe(true);
        }
        const after = pulled(world, policy);
        if (after === undefined) return;
        for (const [path, local] of localOf(after)) expect(after.remote.get(path)).toEqual(local);
        for (const [path, remote] of after.remote)
          if (after.selected.has(remote.layer)) expect(after.disk.get(path)).toEqual(remote);
      }),
      RUNS,
    );
  });

  it("with overwrite brings every selected file and keeps what the remote never had", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        const after = pulled(world, { ...NO_WAY_OUT, overwrite: true });
        if (after === undefined) return;
        for (const [path, remote] of after.remote)
          if (after.selected.has(remote.layer)) expect(after.disk.get(path)).toEqual(remote);
        for (const [path, local] of localOf(after))
          if (!sameState(local, after.remote.get(path)))
            expect(world.base.has(path) || world.remote.has(path)).toBe(false);
      }),
      RUNS,
    );
  });

  it("with restore leaves no deletion that nothing replaced, and otherwise does what a plain pull does", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        world.diverged = false;
        world.remoteBehind = false;
        const plain = pullOf(world, NO_WAY_OUT);
        const restoring = pullOf(world, { ...NO_WAY_OUT, restore: true });
        const local = localOf(world);
        const deleted = (path: string) =>
          !local.has(path) && world.base.has(path) && sameState(world.base.get(path), world.remote.get(path));
        expect(restoring.actions.filter(({ path }) => !deleted(path))).toEqual(plain.actions);
        expect(restoring.blocked.filter(({ path }) => !deleted(path))).toEqual(plain.blocked);
        for (const path of world.base.keys())
          if (deleted(path))
            expect([...restoring.actions, ...restoring.blocked].some((entry) => entry.path === path)).toBe(
              true,
            );
      }),
      RUNS,
    );
  });

  it("leaves paths outside its limit wholly alone", () => {
    fc.assert(
      fc.property(arbitraryWorld(), arbitraryPolicy, (world, policy) => {
        const plan = pullOf(world, policy);
        const limit = policy.path;
        if (limit === undefined) return;
        for (const { path } of [...plan.actions, ...plan.blocked]) expect(limit(path)).toBe(true);
      }),
      RUNS,
    );
  });

  it("from an older remote does nothing of its own accord", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        world.remoteBehind = true;
        world.diverged = false;
        const plan = pullOf(world, NO_WAY_OUT);
        expect([plan.actions, plan.blocked, plan.remoteBehind]).toEqual([[], [], true]);
      }),
      RUNS,
    );
  });

  it("after the histories parted refuses every difference", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        world.diverged = true;
        world.remoteBehind = false;
        const refused = pullOf(world, NO_WAY_OUT).blocked.map(({ path }) => path);
        const differing = diffWorld(world)
          .changes.filter(({ verdict }) => verdict !== "in-sync" && verdict !== "adopt")
          .map(({ path }) => path);
        expect(refused).toEqual(differing);
      }),
      RUNS,
    );
  });
});

describe("push", () => {
  it("makes the remote what is held here, carries all else, and leaves one tree", () => {
    fc.assert(
      fc.property(arbitraryWorld(), fc.boolean(), (world, force) => {
        const approved = approve(planPush({ diff: diffWorld(world), policy: { force } }));
        if (!approved.ok) return;
        const after = copyWorld(world);
        applyPush(after, approved.value);
        expect(isOneTree(after.remote.keys())).toBe(true);
        const held = (path: string) => world.base.has(path) || world.tracked.has(path);
        const local = localOf(world);
        for (const path of new Set([...world.remote.keys(), ...after.remote.keys(), ...local.keys()]))
          expect(after.remote.get(path), path).toEqual(held(path) ? local.get(path) : world.remote.get(path));
      }),
      RUNS,
    );
  });

  it("is followed by a pull that finds nothing to do at any held path", () => {
    fc.assert(
      fc.property(arbitraryWorld(), fc.boolean(), (world, force) => {
        const approved = approve(planPush({ diff: diffWorld(world), policy: { force } }));
        if (!approved.ok) return;
        const after = copyWorld(world);
        applyPush(after, approved.value);
        const held = new Set([...after.tracked, ...after.base.keys()]);
        const plan = pullOf(after, NO_WAY_OUT);
        for (const { path } of [...plan.actions, ...plan.blocked]) expect(held.has(path), path).toBe(false);
      }),
      RUNS,
    );
  });

  it("is refused for held paths that changed there and for untracked bytes in the way, unless it is forced", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        const diff = diffWorld(world);
        const held = (path: string) => world.base.has(path) || world.tracked.has(path);
        for (const force of [false, true]) {
          const plan = planPush({ diff, policy: { force } });
          for (const { path, verdict, clash } of plan.blocked) {
            if (!held(path))
              expect([force, verdict, world.disk.size > 0]).toEqual([false, "collision", true]);
            if (force) expect([verdict, clash]).toEqual(["collision", true]);
          }
        }
        const refused = new Set(
          planPush({ diff, policy: { force: false } }).blocked.map(({ path }) => String(path)),
        );
        const local = localOf(world);
        for (const path of new Set([...world.base.keys(), ...local.keys()])) {
          const differs = !sameState(local.get(path), world.remote.get(path));
          const changedThere =
            !sameState(world.base.get(path), world.remote.get(path)) && !world.remoteBehind;
          if (differs && (changedThere || world.diverged)) expect(refused.has(path), path).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

describe("approval", () => {
  it("is given exactly to plans in which nothing is blocked", () => {
    fc.assert(
      fc.property(arbitraryWorld(), arbitraryPolicy, (world, policy) => {
        const plan = pullOf(world, policy);
        const approved = approve(plan);
        expect(approved.ok).toBe(plan.blocked.length === 0);
        if (!approved.ok) expect(approved.error).toBe(plan.blocked);
      }),
      { numRuns: 500 },
    );
  });
});
