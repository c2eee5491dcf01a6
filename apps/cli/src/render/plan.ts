import type { PullAction } from "@bale/core";
import type {
  PlanDocument,
  PlannedChange,
  PredictedCost,
  PullPlanDocument,
  PushPlanDocument,
} from "@bale/sdk";
import { counted, formatBytes } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import { table } from "../terminal/table.js";
import type { TextStyle } from "../terminal/text-style.js";
import { section } from "./change-sections.js";
import { facts } from "./facts.js";

function changeWord(style: TextStyle, { before, after }: PlannedChange): string {
  if (!before) return style.green("add");
  if (!after) return style.red("remove");
  if (before.digest !== after.digest) return style.yellow("modify");
  return style.cyan(before.layer === after.layer ? `make ${after.kind}` : `${before.layer} → ${after.layer}`);
}

function pushLines(style: TextStyle, { changes }: PushPlanDocument): readonly string[] {
  return changes.map((change) => {
    const size = change.after ? `  ${formatBytes(change.after.size)}` : "";
    return `  ${changeWord(style, change)}  ${safe(change.path)}${size}\n`;
  });
}

function pullStep(style: TextStyle, action: PullAction): string {
  const path = safe(action.path);
  if (action.type === "write") {
    const word = action.expect === "absent" ? style.green("write") : style.yellow("replace");
    const kept = action.keepOld ? ", what is here is put aside" : "";
    return `${word}  ${path}  ${formatBytes(action.state.size)}${kept}`;
  }
  if (action.type === "delete")
    return `${style.red("remove")}  ${path}${action.keepOld ? ", put aside" : ""}`;
  return action.type === "adopt"
    ? `${style.cyan("take as it is")}  ${path}`
    : `${style.dim("note")}  ${path}`;
}

function pullLines(style: TextStyle, { actions, dropped }: PullPlanDocument): readonly string[] {
  return [
    ...actions.map((action) => `  ${pullStep(style, action)}\n`),
    ...dropped.map((path) => `  ${style.red("drop")}  ${safe(path)}\n`),
  ];
}

function costLines(plan: PlanDocument, { requests, bytes, stores }: PredictedCost): string {
  const word = plan.kind === "push" ? "to send" : "to fetch";
  const rows = [
    [`  registry`, counted(requests, "request"), formatBytes(bytes)],
    ...stores.map((each) => [
      `  ${safe(each.store)}`,
      each.requests === undefined ? counted(each.blobs, "blob") : counted(each.requests, "request"),
      formatBytes(each.bytes),
    ]),
  ];
  return `${word}\n${table(rows, ["left", "right", "right"])}`;
}

/** A plan as people read it before they agree. */
export function renderPlan(style: TextStyle, plan: PlanDocument, limit: number): string {
  const nothing = plan.outcome === "nothing-to-do";
  const head = `${style.bold(nothing ? `nothing to ${plan.kind}:` : `plan of a ${plan.kind}:`)} ${safe(plan.reference)}\n`;
  const tags =
    plan.kind === "push"
      ? plan.tags
          .map(({ tag, expect }) => `${safe(tag)} (${expect === "absent" ? "new" : "moves"})`)
          .join(", ")
      : undefined;
  const told = facts([
    ["version", plan.kind === "push" ? plan.version : undefined],
    ["now at", plan.remote ?? "nothing yet"],
    ["leads to", plan.manifest],
    ["content", plan.contentDigest],
    ["tags", tags],
  ]);
  const lines = plan.kind === "push" ? pushLines(style, plan) : pullLines(style, plan);
  const steps = lines.length === 0 ? "" : section(style, "steps", lines, limit);
  return `${head}${told}${steps}${costLines(plan, plan.predicted)}`;
}
