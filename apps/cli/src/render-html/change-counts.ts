import type { DiffChange } from "@bale/sdk";
import { formatCount } from "../terminal/format-amounts.js";
import { sizeDelta } from "./change-word.js";
import type { Tally } from "./path-tree.js";

export interface ChangeCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Bytes after less bytes before. */
  readonly delta: number;
}

const ZERO: ChangeCounts = { added: 0, removed: 0, changed: 0, delta: 0 };

/** Counts of changes, and the larger of both sizes as what makes one worth listing. */
export const CHANGE_TALLY: Tally<DiffChange, ChangeCounts> = {
  zero: ZERO,
  of: (change) => ({
    added: change.change === "added" ? 1 : 0,
    removed: change.change === "removed" ? 1 : 0,
    changed: change.change === "added" || change.change === "removed" ? 0 : 1,
    delta: sizeDelta(change),
  }),
  plus: (a, b) => ({
    added: a.added + b.added,
    removed: a.removed + b.removed,
    changed: a.changed + b.changed,
    delta: a.delta + b.delta,
  }),
  // An empty file weighs a byte, so that a folder of them is not passed over.
  weight: ({ before, after }) => 1 + Math.max(before?.size ?? 0, after?.size ?? 0),
};

export function countChanges(changes: readonly DiffChange[]): ChangeCounts {
  return changes.reduce((sum, change) => CHANGE_TALLY.plus(sum, CHANGE_TALLY.of(change)), ZERO);
}

/** `3 added, 1 removed`; nothing that did not happen. */
export function countsText({ added, removed, changed }: ChangeCounts): string {
  const parts = [
    [added, "added"],
    [removed, "removed"],
    [changed, "changed"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(", ");
}
