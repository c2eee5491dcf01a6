import { localWorkspace } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderDoctor } from "../render/upkeep.js";

export const doctor: CommandDefinition = {
  name: "doctor",
  group: "upkeep",
  summary: "Look for damage in a workspace's own files, and repair it",
  details: ["With --repair, what can be rebuilt is. No file of the working tree is ever changed."],
  args: [],
  options: [{ flags: "--repair", kind: "flag", help: "cure what can be cured" }],
  examples: [
    { command: "bale doctor", says: "look" },
    { command: "bale doctor --repair", says: "and repair" },
  ],
  exits: [1, 3, 6, 8],
  dryRun: "refused",
  remote: false,
  run: async (call) => {
    const workspace = await localWorkspace(call);
    const report = await workspace.doctor({ repair: call.flags.has("repair") });
    const ill = report.problems.some(({ repaired }) => !repaired);
    return {
      kind: "document",
      document: report,
      text: (style) => renderDoctor(style, report),
      exit: ill ? 1 : 0,
    };
  },
};
