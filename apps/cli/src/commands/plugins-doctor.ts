import type { CommandDefinition } from "../definition/command-definition.js";
import { renderExamination } from "../render/plugins.js";

export const pluginsDoctor: CommandDefinition = {
  name: "plugins doctor",
  group: "upkeep",
  summary: "Load every plugin, check it, and say what is wrong and what to do",
  details: [
    "Opens the stores of bale.yaml and the sources of credentials as far as that takes no network. Exit code 1: something is wrong.",
  ],
  args: [],
  options: [],
  examples: [
    { command: "bale plugins doctor", says: "after installing or updating a plugin" },
    { command: "bale plugins doctor --plugin ./my-store.mjs", says: "while you write one" },
  ],
  exits: [1, 2, 8],
  dryRun: "reads",
  remote: false,
  run: async (call) => {
    const { examinePlugins } = await import("../work.js");
    const examination = await examinePlugins(call);
    return {
      kind: "document",
      document: examination,
      text: (style) => renderExamination(style, examination),
      exit: examination.problems.length > 0 ? 1 : 0,
    };
  },
};
