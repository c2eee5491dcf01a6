import { longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderPlan } from "../render/plan.js";
import { renderPull, renderPush } from "../render/share.js";
import { listLimit } from "./list-limit.js";

export const apply: CommandDefinition = {
  name: "apply",
  group: "share",
  summary: "Carry out a plan that push or pull has written, exactly as it is",
  details: [
    "What would be done now is compared with the plan first. If a file, a tag or the remote changed since, nothing is done, and a new plan is needed.",
  ],
  args: [{ syntax: "<plan>", help: "a file that --plan has written" }],
  options: [],
  examples: [
    { command: "bale apply release.json --dry-run", says: "read what `bale push --plan release.json` wrote" },
    { command: "bale apply release.json", says: "carry it out" },
  ],
  exits: [2, 3, 4, 5, 6, 7, 8, 9, 10],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const { readPlan } = await import("../work.js");
    const plan = readPlan(call.args[0] ?? "", call.cwd);
    if (call.settings.dryRun)
      return {
        kind: "document",
        document: { plan },
        text: (style) => renderPlan(style, plan, listLimit(call)),
      };
    const workspace = await workspaceFor(call, plan.options.reference);
    const result = await workspace.apply(plan, longCall(call));
    return {
      kind: "document",
      document: result,
      text: (style) =>
        result.kind === "push"
          ? renderPush(style, result, listLimit(call))
          : renderPull(style, result, listLimit(call)),
    };
  },
};
