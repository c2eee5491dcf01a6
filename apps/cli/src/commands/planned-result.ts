import type { PlanDocument } from "@bale/sdk";
import type { CommandCall } from "../definition/command-call.js";
import type { OptionDefinition } from "../definition/command-definition.js";
import type { CommandResult } from "../definition/command-result.js";
import { usageError } from "../errors/usage-error.js";
import { renderPlan } from "../render/plan.js";
import { listLimit } from "./list-limit.js";

export const PLAN_OPTION: OptionDefinition = {
  flags: "--plan <file>",
  kind: "text",
  help: "write what would be done to a file, for `bale apply`, and do nothing",
};

/** What `--plan` prints once its file is written. @throws BaleError `USAGE` with --dry-run */
export async function plannedResult(
  call: CommandCall,
  file: string,
  plan: PlanDocument,
): Promise<CommandResult> {
  if (call.settings.dryRun)
    throw usageError(
      "--plan does nothing but write a plan, so that --dry-run has no meaning",
      "bale apply --help",
    );
  const { writePlan } = await import("../work.js");
  writePlan(file, call.cwd, plan);
  return {
    kind: "document",
    document: { file, plan },
    text: (style) => renderPlan(style, plan, listLimit(call)),
    hints: [`carry it out with \`bale apply ${file}\``],
  };
}
