import type { BundlePath } from "@bale/spec";
import type { PathChange } from "../diff/path-change.js";
import { block, type Decision } from "./decide-pull.js";

/**
 * Looks at each file here that lies above or below a file there. The incoming one is written only when the other leaves; a way out for the
 * incoming one makes it leave, kept aside. Changes `decisions` in place; linear.
 */
export function settleClashes(changes: readonly PathChange[], decisions: Decision[]): void {
  if (!changes.some((change) => change.clashesWith !== undefined)) return;
  const positions = new Map<BundlePath, number>();
  for (const [position, change] of changes.entries())
    if (change.clashesWith !== undefined) positions.set(change.path, position);
  for (const [position, change] of changes.entries()) {
    const { clashesWith } = change;
    // Each path below names its parent, the parent only the first below it: walking from below meets every pair once.
    if (clashesWith === undefined || clashesWith.length > change.path.length) continue;
    const parent = positions.get(clashesWith);
    if (parent !== undefined) settlePair(changes, decisions, [position, parent]);
  }
}

function settlePair(
  changes: readonly PathChange[],
  decisions: Decision[],
  pair: readonly [number, number],
): void {
  const [here, there] = changes[pair[0]]?.local === undefined ? [pair[1], pair[0]] : pair;
  const mine = changes[here];
  const theirs = changes[there];
  const myDecision = decisions[here];
  const theirDecision = decisions[there];
  if (mine?.local === undefined || theirs === undefined || myDecision === undefined) return;
  if (theirDecision?.kind !== "act" || theirDecision.action.type !== "write") return;
  if (myDecision.kind === "act" && myDecision.action.type === "delete") return;
  if (theirDecision.forced && myDecision.kind === "keep" && !myDecision.firm) {
    const action = { type: "delete", path: mine.path, expect: mine.local, keepOld: true } as const;
    decisions[here] = { kind: "act", action, forced: true };
    return;
  }
  const { instead } = theirDecision;
  const verdict = theirs.verdict === "conflict" ? "conflict" : "collision";
  decisions[there] =
    instead === undefined
      ? block({ ...theirs, clash: true }, verdict)
      : { kind: "act", action: instead, forced: false };
}
