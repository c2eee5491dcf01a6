import type { BundlePath, FileState, LayerName, TreeEntry } from "@bale/spec";
import type { PathChange } from "../diff/path-change.js";
import type { Blocked } from "./blocked.js";
import { describeChange } from "./describe-change.js";
import type { PushInput, PushPlan } from "./push-plan.js";

/**
 * Plans what a push changes in the remote's tree. Paths that are not held are carried, and stand in the way only where untracked bytes
 * lie in their place here (not with `force`), or where one tree cannot have both such a path and one from here (even with `force`).
 * Pure and linear.
 */
export function planPush({ diff, policy }: PushInput): PushPlan {
  const blocked: Blocked[] = [];
  const upserts = new Map<BundlePath, FileState>();
  const deletes: BundlePath[] = [];
  const adopts: TreeEntry[] = [];
  const repairs: { path: BundlePath; base: FileState | undefined }[] = [];
  const layersTouched = new Set<LayerName>();
  for (const change of diff.changes) {
    const { path, local, remote } = change;
    if (change.verdict === "in-sync") repairs.push({ path, base: remote });
    else if (change.verdict === "adopt") {
      if (remote !== undefined) adopts.push({ path, state: remote });
    } else if (change.held) {
      const refusal = refuse(change, diff.diverged, policy.force);
      if (refusal !== undefined) blocked.push(refusal);
      if (local === undefined) deletes.push(path);
      else {
        upserts.set(path, local);
        layersTouched.add(local.layer);
      }
      if (remote !== undefined) layersTouched.add(remote.layer);
    } else if (change.verdict === "collision" && change.clashesWith === undefined && !policy.force) {
      // What is new there was never taken in here, and cannot be: a push that hid this would leave its owner to find out at the next pull.
      blocked.push({
        path,
        verdict: "collision",
        reason: describeChange(change),
        ...(change.clash && { clash: true }),
      });
    }
  }
  return { kind: "push", blocked, upserts, deletes, adopts, repairs, layersTouched };
}

function refuse(change: PathChange, diverged: boolean, force: boolean): Blocked | undefined {
  const { path, verdict, carriedClash } = change;
  if (!force && (diverged || verdict !== "local-change")) {
    const told = describeChange(change);
    const clash = change.clash === true ? { clash: true as const } : {};
    if (!diverged) return { path, verdict, reason: told, ...clash };
    return { path, verdict: "diverged", reason: `the remote's history left this one; ${told}`, ...clash };
  }
  if (carriedClash === undefined) return undefined;
  const reason = `${carriedClash} is in the remote, is not held here, and cannot exist beside it; pull it first`;
  return { path, verdict: "collision", reason, clash: true };
}
