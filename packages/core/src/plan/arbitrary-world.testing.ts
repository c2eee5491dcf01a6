import fc from "fast-check";
import { state } from "../diff/trees.testing.js";
import { CODE, DATA, isOneTree, parentsOf, type World } from "./disk-model.testing.js";
import type { PullPolicy } from "./pull-plan.js";

/** Few paths, so that trees meet; a parent and what lies below it, and a neighbour that sorts between them. */
const PATHS = ["a", "a-b", "a/x", "a/y/z", "b", "c/d", "e"] as const;
const CONTENTS = ["1", "2", "3", "1 exec", "1@data", "2@data"] as const;

interface Fate {
  readonly base: string | undefined;
  readonly local: "as-base" | "absent" | "untracked" | { readonly content: string };
  readonly remote: "as-base" | "absent" | "as-local" | { readonly content: string };
  readonly held: boolean;
  readonly stranger: string | undefined;
}

const content = fc.constantFrom(...CONTENTS);
const fate: fc.Arbitrary<Fate> = fc.record({
  base: fc.option(content, { nil: undefined }),
  local: fc.oneof(
    { weight: 4, arbitrary: fc.constant("as-base" as const) },
    fc.constantFrom("absent" as const, "untracked" as const),
    fc.record({ content }),
  ),
  remote: fc.oneof(
    { weight: 3, arbitrary: fc.constant("as-base" as const) },
    fc.constantFrom("absent" as const, "as-local" as const),
    fc.record({ content }),
  ),
  held: fc.boolean(),
  stranger: fc.option(content, { nil: undefined }),
});

function put<Value>(tree: Map<string, Value>, path: string, value: Value | undefined): void {
  if (value !== undefined && isOneTree([...tree.keys(), path])) tree.set(path, value);
}

export interface WorldOptions {
  /** Nothing was changed here and nothing untracked lies about. */
  readonly clean?: boolean;
}

/** Any world: partly held, partly selected, with edits, deletions, untracked files and clashes on either side. */
export function arbitraryWorld(options: WorldOptions = {}): fc.Arbitrary<World> {
  return fc
    .record({
      fates: fc.array(fate, { minLength: PATHS.length, maxLength: PATHS.length }),
      order: fc.shuffledSubarray([...PATHS], { minLength: PATHS.length }),
      selected: fc.constantFrom([CODE, DATA], [CODE], [DATA]),
      history: fc.constantFrom("ahead", "ahead", "ahead", "diverged", "behind"),
    })
    .map(({ fates, order, selected, history }) => {
      const world: World = {
        disk: new Map(),
        tracked: new Set(),
        base: new Map(),
        remote: new Map(),
        selected: new Set(selected),
        diverged: history === "diverged",
        remoteBehind: history === "behind",
        replaced: [],
      };
      const before = new Map<string, string>();
      for (const [index, path] of order.entries()) put(before, path, fates[index]?.base);
      for (const [index, path] of order.entries()) {
        const one = fates[index];
        if (one !== undefined) place(world, path, one, before.get(path), options.clean === true);
      }
      return world;
    });
}

function place(world: World, path: string, one: Fate, before: string | undefined, clean: boolean): void {
  const base = before === undefined ? undefined : state(before);
  const held = base !== undefined && (one.held || world.selected.has(base.layer));
  if (held) world.base.set(path, base);
  const local = clean ? "as-base" : one.local;
  if (typeof local === "object") track(world, path, state(local.content));
  else if (held && local === "as-base") track(world, path, base);
  else if (held && local === "untracked") put(world.disk, path, base);
  if (!clean && one.stranger !== undefined && !world.disk.has(path))
    put(world.disk, path, state(one.stranger));
  if (typeof one.remote === "object") put(world.remote, path, state(one.remote.content));
  else if (one.remote === "as-base") put(world.remote, path, base);
  else if (one.remote === "as-local") put(world.remote, path, world.disk.get(path));
}

function track(world: World, path: string, what: ReturnType<typeof state>): void {
  if (!isOneTree([...world.disk.keys(), path]) || world.disk.has(path)) return;
  world.disk.set(path, what);
  world.tracked.add(path);
}

const glob = fc
  .subarray([...PATHS])
  .map(
    (paths) => (path: string) => paths.some((chosen) => chosen === path || parentsOf(path).includes(chosen)),
  );
const nothing = (): boolean => false;

export const NO_WAY_OUT: PullPolicy = {
  theirs: nothing,
  ours: nothing,
  overwrite: false,
  mirror: false,
  restore: false,
};

/** Any combination of the ways out, most often few of them. */
export const arbitraryPolicy: fc.Arbitrary<PullPolicy> = fc.record({
  theirs: fc.oneof(fc.constant(nothing), glob),
  ours: fc.oneof(fc.constant(nothing), glob),
  overwrite: fc.boolean(),
  mirror: fc.boolean(),
  restore: fc.boolean(),
  path: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, glob),
});
