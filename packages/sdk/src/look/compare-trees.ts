import { comparePaths, type TreeEntry } from "@bale/spec";
import type { DiffChange } from "./look-types.js";

function changeOf(before: TreeEntry, after: TreeEntry): DiffChange | undefined {
  const [a, b] = [before.state, after.state];
  const change =
    a.digest !== b.digest || a.size !== b.size
      ? "modified"
      : a.kind !== b.kind
        ? "kind"
        : a.layer !== b.layer
          ? "layer"
          : undefined;
  return change && { path: after.path, change, before: a, after: b };
}

/** Pairs what is gone with what is new where content and kind are the same, in path order; empty files are never paired. */
function withRenames(changes: readonly DiffChange[]): DiffChange[] {
  const gone = new Map<string, DiffChange[]>();
  const key = (state: NonNullable<DiffChange["before"]>) => `${state.kind} ${state.digest}`;
  for (const change of changes)
    if (change.change === "removed" && change.before && change.before.size > 0)
      gone.set(key(change.before), [...(gone.get(key(change.before)) ?? []), change]);
  const taken = new Set<DiffChange>();
  const renamed = changes.map((change): DiffChange => {
    const from = change.change === "added" && change.after ? gone.get(key(change.after))?.shift() : undefined;
    if (!from) return change;
    taken.add(from);
    return { ...change, change: "renamed", from: from.path, before: from.before };
  });
  return renamed.filter((change) => !taken.has(change));
}

/** What leads from one tree to another. Both sorted by path; so is the result. */
export function compareTrees(a: readonly TreeEntry[], b: readonly TreeEntry[]): DiffChange[] {
  const changes: DiffChange[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const before = a[i];
    const after = b[j];
    const order = before && after ? comparePaths(before.path, after.path) : before ? -1 : 1;
    if (before && order < 0) changes.push({ path: before.path, change: "removed", before: before.state });
    else if (after && order > 0) changes.push({ path: after.path, change: "added", after: after.state });
    else if (before && after) {
      const change = changeOf(before, after);
      if (change) changes.push(change);
    }
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return withRenames(changes);
}
