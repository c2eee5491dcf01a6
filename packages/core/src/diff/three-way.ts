import { BALE_LAYER, type BundlePath, type FileState, type LayerName } from "@bale/spec";
import { detectRenames } from "./detect-renames.js";
import type { DraftChange } from "./draft-change.js";
import { markClash, type Standing } from "./mark-clash.js";
import { mergeTrees } from "./merge-trees.js";
import { createParentStack } from "./parent-stack.js";
import type { InTheWay } from "./path-change.js";
import { sameState } from "./same-state.js";
import type { ThreeWayInput, ThreeWayResult } from "./three-way-types.js";
import { isFolderOrParent, obstructs, verdictOf } from "./verdict.js";

/**
 * Compares base, working tree and remote, once for a command. One walk over the sorted trees; memory grows with the changes, not with the
 * trees. Where a path is not held, the working tree is by definition what the remote is: such a path appears only when its layer is selected.
 * @throws BaleError `INTERNAL` when a tree is not sorted by `comparePaths`
 */
export function threeWay(input: ThreeWayInput): ThreeWayResult {
  const changes: DraftChange[] = [];
  const parents = createParentStack<Standing>();
  const isSelected = (layer: LayerName): boolean => layer === BALE_LAYER || input.selected(layer);
  let inSync = 0;
  let unheld = 0;

  mergeTrees([input.base, input.local, input.remote], (path, known, local, remote) => {
    const held = local !== undefined || input.held(path);
    const base = held && input.remoteAbsent !== true ? known : undefined;
    const parent = parents.parentOf(path);
    const trackedParent = parent?.value.hasLocal === true ? parent.path : undefined;
    let change: DraftChange | undefined;
    if (held) {
      if (remote !== undefined && sameState(local, remote)) inSync++;
      change = compareHeld(input, isSelected, { path, base, local, remote }, trackedParent);
    } else if (remote !== undefined) {
      if (isSelected(remote.layer)) change = compareUnheld(input, path, remote, trackedParent);
      else unheld++;
    }
    if (change !== undefined) changes.push(change);
    // What is on both sides, or on neither, clashes with nothing: each tree is one tree.
    if ((local === undefined) === (remote === undefined)) return;
    const standing = { hasLocal: local !== undefined, hasRemote: remote !== undefined, held, change };
    if (parent !== undefined) markClash({ path: parent.path, standing: parent.value }, { path, standing });
    parents.push(path, standing);
  });
  detectRenames(changes);
  return { changes, inSync, unheld, diverged: input.diverged, remoteBehind: input.remoteBehind };
}

interface HeldPath {
  readonly path: BundlePath;
  readonly base: FileState | undefined;
  readonly local: FileState | undefined;
  readonly remote: FileState | undefined;
}

function compareHeld(
  input: ThreeWayInput,
  isSelected: (layer: LayerName) => boolean,
  { path, base, local, remote }: HeldPath,
  trackedParent: BundlePath | undefined,
): DraftChange | undefined {
  if (sameState(local, remote)) {
    if (sameState(base, remote)) return undefined;
    const layer = (remote ?? base)?.layer;
    const selected = layer !== undefined && isSelected(layer);
    return { path, base, local, remote, verdict: "in-sync", held: true, selected };
  }
  const inTheWay = lookInTheWay(input, path, local, remote, trackedParent);
  const remoteOlder = input.remoteBehind || input.remoteAbsent === true;
  const verdict = verdictOf({ base, local, remote, inTheWay, remoteOlder });
  const layer = (remote ?? base ?? local)?.layer;
  const selected = layer !== undefined && isSelected(layer);
  const change: DraftChange = { path, base, local, remote, verdict, held: true, selected };
  if (inTheWay !== undefined) change.inTheWay = inTheWay;
  if (base !== undefined && remote !== undefined && !selected && isSelected(base.layer))
    change.movedOut = true;
  if (isClash(change)) change.clash = true;
  return change;
}

function compareUnheld(
  input: ThreeWayInput,
  path: BundlePath,
  remote: FileState,
  trackedParent: BundlePath | undefined,
): DraftChange {
  const inTheWay = lookInTheWay(input, path, undefined, remote, trackedParent);
  const verdict = verdictOf({ base: undefined, local: undefined, remote, inTheWay, remoteOlder: false });
  const change: DraftChange = { path, remote, verdict, held: false, selected: true };
  if (inTheWay !== undefined) change.inTheWay = inTheWay;
  if (isClash(change)) change.clash = true;
  return change;
}

function lookInTheWay(
  input: ThreeWayInput,
  path: BundlePath,
  local: FileState | undefined,
  remote: FileState | undefined,
  trackedParent: BundlePath | undefined,
): InTheWay | undefined {
  if (local !== undefined || remote === undefined) return undefined;
  const found = input.inTheWay(path);
  // A tracked parent is no stranger: it has its own row, and the pair is judged as a whole.
  return found?.kind === "parent-is-file" && found.path === trackedParent ? undefined : found;
}

function isClash({ verdict, inTheWay }: DraftChange): boolean {
  if (verdict !== "conflict" && verdict !== "collision") return false;
  return obstructs(inTheWay) && isFolderOrParent(inTheWay);
}
