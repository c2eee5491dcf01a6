import type { BundlePath } from "@bale/spec";
import type { InTheWay, PathChange } from "../diff/path-change.js";
import { sameContent } from "../diff/same-state.js";
import { hasSameBytes } from "../diff/verdict.js";
import type { PullAction } from "./pull-plan.js";

/** Whether something stands there that no flag removes: bytes that could not be kept aside. */
export function isImmovable(inTheWay: InTheWay | undefined): boolean {
  return inTheWay?.kind === "special" || (inTheWay?.kind === "folder" && inTheWay.holdsUntracked);
}

/**
 * The step that makes a path what it is in the remote. A path that the remote moved out of the selection leaves the disk.
 * `keepLocal`: the tracked bytes may exist nowhere else. Untracked bytes are always kept.
 */
export function takeRemote(change: PathChange, keepLocal: boolean): PullAction {
  const { path, local, remote, inTheWay } = change;
  if (remote === undefined || change.movedOut === true) return leave(change, keepLocal);
  if (local !== undefined) {
    if (sameContent(local, remote)) return { type: "adopt", path, state: remote };
    return { type: "write", path, state: remote, expect: local, keepOld: keepLocal };
  }
  if (hasSameBytes(inTheWay, remote)) return { type: "adopt", path, state: remote };
  const keepOld = inTheWay !== undefined && inTheWay.kind !== "folder";
  return { type: "write", path, state: remote, expect: inTheWay ?? "absent", keepOld };
}

function leave({ path, local }: PathChange, keepOld: boolean): PullAction {
  return local === undefined ? { type: "forget", path } : { type: "delete", path, expect: local, keepOld };
}

/** The step that lets what is here stand against the remote: it becomes a local change. */
export function keepOurs({ path, remote, verdict, inTheWay }: PathChange): PullAction {
  // A file in the way is what its owner wants to keep: untracked, it would read as a deletion, and the next push would delete there.
  const track = verdict === "collision" && inTheWay !== undefined && "digest" in inTheWay;
  return { type: "set-base", path, base: remote, ...(track && { track }) };
}

/** The step that makes the base agree with a path that is equal here and there. */
export function repairBase(path: BundlePath, remote: PathChange["remote"]): PullAction {
  return remote === undefined ? { type: "forget", path } : { type: "set-base", path, base: remote };
}
