import type { PathChange } from "../diff/path-change.js";
import { isFolderOrParent, obstructs } from "../diff/verdict.js";
import type { Blocked } from "./blocked.js";
import { describeChange } from "./describe-change.js";
import type { PullAction, PullInput, PullPolicy } from "./pull-plan.js";
import { isImmovable, keepOurs, repairBase, takeRemote } from "./take-remote.js";

/**
 * What a pull does at one path. `forced`: asked for by a way out, so that what is tracked in its place may go aside too.
 * `firm`: kept because somebody said so, not for want of a reason to touch it.
 */
export type Decision =
  | { readonly kind: "outside" }
  | { readonly kind: "nothing" }
  | { readonly kind: "keep"; readonly firm: boolean }
  | {
      readonly kind: "act";
      readonly action: PullAction;
      readonly forced: boolean;
      /** Done in its place when a file that stays here makes the action impossible. */
      readonly instead?: PullAction;
    }
  | { readonly kind: "block"; readonly blocked: Blocked };

/** Without it the folder is no workspace any more, so that even a mirror of a bundle that has none leaves it. */
const PROJECT_FILE = "bale.yaml";

/** Applies the table of three trees and the ways out to one path, as if it were alone. */
export function decidePull(
  change: PathChange,
  { diff, policy }: Omit<PullInput, "remoteManifest">,
): Decision {
  const { path, verdict, remote } = change;
  if (policy.path?.(path) === false) return { kind: "outside" };
  const way = wayOut(change, policy);
  // An older remote has nothing to offer unless somebody asks for it.
  if (diff.remoteBehind && way !== "theirs" && (verdict === "in-sync" || !change.held))
    return { kind: "nothing" };
  if (verdict === "in-sync") return act(repairBase(path, remote), false);
  if (verdict === "adopt") return act(takeRemote(change, true), false);
  if (way === "ours") return decideOurs(change);
  if (way === "theirs") return decideTheirs(change, policy, diff.diverged);
  if (diff.diverged) return block(change, "diverged");
  switch (verdict) {
    case "local-change":
      return policy.restore ? restore(change) : { kind: "keep", firm: false };
    case "remote-change":
      return act(takeRemote(change, false), false);
    default:
      return block(change, verdict);
  }
}

/** Refuses a path, naming the reason. */
export function block(change: PathChange, verdict: Blocked["verdict"]): Decision {
  const told = describeChange(change);
  const reason = verdict === "diverged" ? `the remote's history left this one; ${told}` : told;
  const isClash = change.clash === true || (obstructs(change.inTheWay) && isFolderOrParent(change.inTheWay));
  // What a way out would put back, and cannot, is no longer merely a change made here.
  const named = verdict === "local-change" ? "collision" : verdict;
  return {
    kind: "block",
    blocked: { path: change.path, verdict: named, reason, ...(isClash && { clash: true }) },
  };
}

function wayOut({ path }: PathChange, policy: PullPolicy): "ours" | "theirs" | undefined {
  if (policy.ours(path)) return "ours";
  return policy.overwrite || policy.mirror || policy.theirs(path) ? "theirs" : undefined;
}

function act(action: PullAction, forced: boolean): Decision {
  return { kind: "act", action, forced };
}

function decideOurs(change: PathChange): Decision {
  if (change.verdict === "local-change") return { kind: "keep", firm: true };
  // Nothing of ours is there: the working tree of a path that is not held is what the remote is.
  if (!change.held && change.verdict === "remote-change")
    return { kind: "act", action: takeRemote(change, false), forced: false, instead: keepOurs(change) };
  return act(keepOurs(change), false);
}

function decideTheirs(change: PathChange, policy: PullPolicy, diverged: boolean): Decision {
  const isAddition = change.base === undefined && change.remote === undefined;
  // There is nothing of theirs to take; only a mirror removes what they never had.
  if (isAddition && (!policy.mirror || change.path === PROJECT_FILE)) return { kind: "keep", firm: false };
  if (change.movedOut !== true && isImmovable(change.inTheWay)) return block(change, change.verdict);
  const unchangedHere = change.verdict === "remote-change" && !diverged;
  return act(takeRemote(change, !unchangedHere), true);
}

function restore(change: PathChange): Decision {
  const { local, remote, movedOut } = change;
  if (local !== undefined || remote === undefined || movedOut === true) return { kind: "keep", firm: false };
  const action = takeRemote(change, true);
  // It forces nothing: where other bytes took the place of the deleted file, those stand.
  const displaces = action.type === "write" && (action.keepOld || isImmovable(change.inTheWay));
  return displaces ? block(change, change.verdict) : act(action, false);
}
