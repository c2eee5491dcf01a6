import type { ThreeWayResult } from "../diff/three-way-types.js";
import type { Blocked } from "./blocked.js";
import { type Decision, decidePull } from "./decide-pull.js";
import type { PullAction, PullInput, PullPlan, PullSummary } from "./pull-plan.js";
import { settleClashes } from "./settle-clashes.js";

/** Deletes make room for writes: a file may take the place of a folder, or the reverse. */
const ORDER = { delete: 0, write: 1, adopt: 2, "set-base": 2, forget: 2 } as const satisfies Record<
  PullAction["type"],
  number
>;

/**
 * Plans a pull: what would be done, and what forbids it. Pure and linear; nothing is lost that is neither in the remote's history nor kept
 * aside. Untracked files are never deleted, and a folder that holds some is removed by no flag.
 */
export function planPull(input: PullInput): PullPlan {
  const { changes } = input.diff;
  const decisions = changes.map((change) => decidePull(change, input));
  settleClashes(changes, decisions);
  const phases: PullAction[][] = [[], [], []];
  const blocked: Blocked[] = [];
  for (const decision of decisions)
    if (decision.kind === "act") phases[ORDER[decision.action.type]]?.push(decision.action);
    else if (decision.kind === "block") blocked.push(decision.blocked);
  const actions = phases.flat();
  return {
    kind: "pull",
    remoteManifest: input.remoteManifest,
    actions,
    blocked,
    summary: summarise(input.diff, decisions, actions),
    diverged: input.diff.diverged,
    remoteBehind: input.diff.remoteBehind,
  };
}

function summarise(
  diff: ThreeWayResult,
  decisions: readonly Decision[],
  actions: readonly PullAction[],
): PullSummary {
  let writes = 0;
  let writeBytes = 0;
  let deletes = 0;
  let adopts = 0;
  for (const action of actions) {
    if (action.type === "delete") deletes++;
    else if (action.type === "adopt") adopts++;
    else if (action.type === "write") {
      writes++;
      writeBytes += action.state.size;
    }
  }
  let keptLocal = 0;
  let outside = 0;
  for (const { kind } of decisions)
    if (kind === "keep") keptLocal++;
    else if (kind === "outside") outside++;
  const repairs = actions.length - writes - deletes - adopts;
  return {
    writes,
    writeBytes,
    deletes,
    adopts,
    repairs,
    keptLocal,
    outside,
    inSync: diff.inSync,
    unheld: diff.unheld,
  };
}
