import type { CommandDefinition } from "../definition/command-definition.js";

export const quickstart: CommandDefinition = {
  name: "quickstart",
  group: "start",
  summary: "Show the main job on sample files, in a temporary folder",
  details: [
    "Runs every command for real, prints it with its output, checks the result, and removes the folder. Needs no registry and no network. Fails when a step does anything else than it should.",
  ],
  args: [],
  options: [],
  examples: [{ command: "bale quickstart", says: "a few seconds" }],
  exits: [1],
  dryRun: "refused",
  remote: false,
  run: async (call) => {
    const { runQuickstart } = await import("../quickstart/run-quickstart.js");
    return runQuickstart(call);
  },
};
