import type { CommandDefinition } from "../definition/command-definition.js";
import { VERSION } from "../version.js";

export const version: CommandDefinition = {
  name: "version",
  group: "upkeep",
  summary: "Print the version of bale, Node and this platform",
  args: [],
  options: [],
  examples: [{ command: "bale version --json", says: "for a report" }],
  exits: [],
  dryRun: "reads",
  remote: false,
  run: async () => {
    const platform = `${process.platform}/${process.arch}`;
    const node = process.version;
    return {
      kind: "document",
      document: { version: VERSION, node, platform },
      text: () => `bale ${VERSION} (node ${node}, ${platform})\n`,
    };
  },
};
