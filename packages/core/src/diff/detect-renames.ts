import type { BundlePath, FileState } from "@bale/spec";
import type { DraftChange } from "./draft-change.js";

/**
 * Names, for each new path, the path that left the same side with the same digest and kind. Both are taken in path order, so that the
 * pairing is the same on every machine. Empty files are all alike and are not paired. Linear in the number of changes.
 */
export function detectRenames(changes: readonly DraftChange[]): void {
  pair(changes, (change) => change.local);
  pair(changes, (change) => change.remote);
}

function pair(changes: readonly DraftChange[], side: (change: DraftChange) => FileState | undefined): void {
  const gone = new Map<string, BundlePath[]>();
  for (const change of changes)
    if (change.base !== undefined && change.base.size > 0 && side(change) === undefined) {
      const key = keyOf(change.base);
      const paths = gone.get(key);
      if (paths === undefined) gone.set(key, [change.path]);
      else paths.push(change.path);
    }
  if (gone.size === 0) return;
  // Taken from the front by position: shifting an array of a hundred thousand would be quadratic.
  const taken = new Map<string, number>();
  for (const change of changes) {
    const state = side(change);
    if (change.base !== undefined || state === undefined || change.verdict === "in-sync") continue;
    if (change.renamedFrom !== undefined) continue;
    const key = keyOf(state);
    const position = taken.get(key) ?? 0;
    const from = gone.get(key)?.[position];
    if (from === undefined) continue;
    taken.set(key, position + 1);
    change.renamedFrom = from;
  }
}

function keyOf(state: FileState): string {
  return `${state.kind} ${state.digest}`;
}
