import {
  comparePaths,
  type FileState,
  type LayerName,
  parseBundlePath,
  parseLayerName,
  type TreeEntry,
} from "@bale/spec";
import type { InTheWay } from "../diff/path-change.js";
import { sameContent, sameState } from "../diff/same-state.js";
import { threeWay } from "../diff/three-way.js";
import type { ThreeWayResult } from "../diff/three-way-types.js";
import type { Approved } from "./approve.js";
import type { PullAction, PullPlan } from "./pull-plan.js";
import type { PushPlan } from "./push-plan.js";

/** A workspace and its remote, small enough to be carried out in memory. The layer of an untracked file means nothing. */
export interface World {
  readonly disk: Map<string, FileState>;
  readonly tracked: Set<string>;
  readonly base: Map<string, FileState>;
  readonly remote: Map<string, FileState>;
  readonly selected: ReadonlySet<LayerName>;
  diverged: boolean;
  remoteBehind: boolean;
  /** What was moved to `.bale/replaced`, as path and state. */
  readonly replaced: { readonly path: string; readonly state: FileState }[];
}

export function copyWorld(world: World): World {
  return {
    ...world,
    disk: new Map(world.disk),
    tracked: new Set(world.tracked),
    base: new Map(world.base),
    remote: new Map(world.remote),
    replaced: [...world.replaced],
  };
}

/** The parents of a path, nearest last. */
export function parentsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function treeOf(states: ReadonlyMap<string, FileState>): TreeEntry[] {
  return [...states]
    .map(([path, state]) => ({ path: parseBundlePath(path), state }))
    .sort((a, b) => comparePaths(a.path, b.path));
}

/** The tracked part of the disk. */
export function localOf(world: World): Map<string, FileState> {
  return new Map([...world.disk].filter(([path]) => world.tracked.has(path)));
}

function inTheWayOf(world: World, path: string): InTheWay | undefined {
  const parent = parentsOf(path).find((candidate) => world.disk.has(candidate));
  if (parent !== undefined) return { kind: "parent-is-file", path: parent };
  const found = world.disk.get(path);
  if (found !== undefined) return { kind: found.kind, digest: found.digest, size: found.size };
  const below = [...world.disk.keys()].filter((candidate) => candidate.startsWith(`${path}/`));
  if (below.length === 0) return undefined;
  return { kind: "folder", holdsUntracked: below.some((candidate) => !world.tracked.has(candidate)) };
}

export function diffWorld(world: World): ThreeWayResult {
  return threeWay({
    base: treeOf(world.base),
    local: treeOf(localOf(world)),
    remote: treeOf(world.remote),
    held: (path) => world.base.has(path) || world.tracked.has(path),
    selected: (layer) => world.selected.has(layer),
    inTheWay: (path) => inTheWayOf(world, path),
    diverged: world.diverged,
    remoteBehind: world.remoteBehind,
  });
}

/** Carries out a pull, checking each expectation as an engine would. Throws when the disk is not what the plan says. */
export function applyPull(world: World, plan: Approved<PullPlan>): void {
  for (const action of plan.actions) applyAction(world, action);
  world.diverged = false;
}

function applyAction(world: World, action: PullAction): void {
  const { path } = action;
  switch (action.type) {
    case "delete":
      if (!sameState(world.disk.get(path), action.expect))
        throw new Error(`${path} is not what the plan expects`);
      if (action.keepOld) setAside(world, path);
      world.disk.delete(path);
      forget(world, path);
      return;
    case "write":
      makeRoom(world, action);
      world.disk.set(path, action.state);
      hold(world, path, action.state);
      return;
    case "adopt": {
      const found = world.disk.get(path);
      if (found === undefined || !sameContent(found, action.state))
        throw new Error(`${path} has other bytes`);
      world.disk.set(path, action.state);
      hold(world, path, action.state);
      return;
    }
    case "set-base":
      if (action.base === undefined) world.base.delete(path);
      else world.base.set(path, action.base);
      if (action.track === true) world.tracked.add(path);
      return;
    case "forget":
      forget(world, path);
  }
}

function makeRoom(world: World, action: Extract<PullAction, { type: "write" }>): void {
  const { path, expect } = action;
  if (expect !== "absent" && expect.kind === "parent-is-file" && world.disk.has(expect.path)) {
    if (!action.keepOld || world.tracked.has(expect.path)) throw new Error(`${expect.path} would be lost`);
    setAside(world, expect.path);
    world.disk.delete(expect.path);
  }
  if (parentsOf(path).some((parent) => world.disk.has(parent)))
    throw new Error(`a parent of ${path} is a file`);
  if ([...world.disk.keys()].some((other) => other.startsWith(`${path}/`)))
    throw new Error(`${path} is a folder`);
  const found = world.disk.get(path);
  const expected = expect !== "absent" && "digest" in expect ? expect : undefined;
  if ((found === undefined) !== (expected === undefined))
    throw new Error(`${path} is not what the plan expects`);
  if (found !== undefined && expected !== undefined && !sameContent(found, expected))
    throw new Error(`${path} differs`);
  if (found !== undefined && action.keepOld) setAside(world, path);
}

function setAside(world: World, path: string): void {
  const state = world.disk.get(path);
  if (state !== undefined) world.replaced.push({ path, state });
}

function hold(world: World, path: string, state: FileState): void {
  world.tracked.add(path);
  world.base.set(path, state);
}

function forget(world: World, path: string): void {
  world.tracked.delete(path);
  world.base.delete(path);
}

/** Carries out a push: the remote gets the changes, the base becomes what was pushed. */
export function applyPush(world: World, plan: Approved<PushPlan>): void {
  for (const path of plan.deletes) {
    world.remote.delete(path);
    forget(world, path);
  }
  for (const [path, state] of plan.upserts) {
    world.remote.set(path, state);
    hold(world, path, state);
  }
  for (const { path, state } of plan.adopts) {
    world.disk.set(path, state);
    hold(world, path, state);
  }
  for (const { path, base } of plan.repairs) {
    if (base === undefined) forget(world, path);
    else world.base.set(path, base);
  }
  world.diverged = false;
  world.remoteBehind = false;
}

/** Whether no path of a tree is a parent of another. */
export function isOneTree(paths: Iterable<string>): boolean {
  const all = new Set(paths);
  return [...all].every((path) => parentsOf(path).every((parent) => !all.has(parent)));
}

export const CODE: LayerName = parseLayerName("code");
export const DATA: LayerName = parseLayerName("data");
