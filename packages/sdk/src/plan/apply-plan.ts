import { BaleError } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { carryOutPull, preparePull } from "../pull/pull.js";
import type { PullResult } from "../pull/pull-options.js";
import { preparePublishable, publishAndRemember } from "../push/push.js";
import type { PushResult } from "../push/push-options.js";
import { planDifference } from "./parse-plan.js";
import { describePullPlan } from "./plan-pull.js";
import { describePushPlan } from "./plan-push.js";
import type {
  AppliedPlan,
  ApplyOptions,
  PlanDocument,
  PullPlanDocument,
  PushPlanDocument,
} from "./plan-types.js";

const DIFFERENCES: Readonly<Record<string, string>> = {
  remote: "the tag moved since",
  tags: "a tag that it moves is elsewhere by now, or exists",
  changes: "files of this workspace, or of the remote, changed since",
  actions: "files of this workspace, or of the remote, changed since",
  dropped: "files of this workspace changed since",
  contentDigest: "the content that it leads to is another one now",
  outcome: "there is something else to do by now",
  version: "there is another version by now",
};

function requireSame(planned: PlanDocument, now: PlanDocument): void {
  const member = planDifference(planned, now);
  if (member === undefined) return;
  throw new BaleError({
    code: "PLAN_STALE",
    message: `the plan for ${planned.reference} is not what would be done now`,
    why: DIFFERENCES[member] ?? `its ${member} is another one now`,
    fix: `make a new plan: \`bale ${planned.kind} --plan FILE\``,
    context: { member, planned: planned.manifest },
  });
}

async function applyPush(
  context: ClientContext,
  workspace: Workspace,
  plan: PushPlanDocument,
  call: ApplyOptions,
): Promise<PushResult> {
  const options = { ...plan.options, ...call };
  const prepared = await preparePublishable(context, workspace, options);
  const outcome = plan.outcome === "push" ? "pushed" : "nothing-to-do";
  const { manifest, predicted } = plan;
  requireSame(plan, describePushPlan(prepared, options, { manifest, outcome, predicted }));
  return publishAndRemember(context, workspace, prepared, options, { expectManifest: manifest });
}

async function applyPull(
  context: ClientContext,
  workspace: Workspace,
  plan: PullPlanDocument,
  call: ApplyOptions,
): Promise<PullResult> {
  const options = { ...plan.options, ...call };
  const prepared = await preparePull(context, workspace, options);
  requireSame(plan, describePullPlan(prepared, options));
  return carryOutPull(context, workspace, prepared, options);
}

/**
 * `bale apply`: carries out exactly the plan, or nothing. What would be done now is compared with it, member by member, and of a push also the
 * manifest that results, before the first byte moves.
 * @throws BaleError `PLAN_STALE`, and as `push` and `pull` do
 */
export async function applyPlan(
  context: ClientContext,
  workspace: Workspace,
  plan: PlanDocument,
  call: ApplyOptions = {},
): Promise<AppliedPlan> {
  return plan.kind === "push"
    ? { kind: "push", ...(await applyPush(context, workspace, plan, call)) }
    : { kind: "pull", ...(await applyPull(context, workspace, plan, call)) };
}
