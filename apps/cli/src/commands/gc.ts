import { localWorkspace } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderGc } from "../render/upkeep.js";

export const gc: CommandDefinition = {
  name: "gc",
  group: "upkeep",
  summary: "Remove from .bale what nobody needs any more",
  details: [
    "Files that commands put aside for `bale restore`, staged packs, leftovers of stopped commands, and parts of old indexes. No tracked file is touched.",
  ],
  args: [],
  options: [],
  examples: [
    { command: "bale gc --dry-run", says: "see how much it is" },
    { command: "bale gc", says: "remove it" },
  ],
  exits: [3, 6, 8],
  dryRun: "supported",
  remote: false,
  run: async (call) => {
    const { dryRun } = call.settings;
    const workspace = await localWorkspace(call);
    const report = await workspace.gc({ dryRun, signal: call.signal, onProgress: call.onProgress });
    return {
      kind: "document",
      document: { ...report, dryRun },
      text: (style) => renderGc(style, report, dryRun),
    };
  },
};
