import { longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderExplained } from "../render/storage.js";
import { listLimit } from "./list-limit.js";

export const storageExplain: CommandDefinition = {
  name: "storage explain",
  group: "storage",
  summary: "Say which rule decides where a file goes, where it lies now, and what a push would send",
  details: [
    "The first rule of storage.rules that matches decides, for new content only; what is stored already stays where it is until `bale storage migrate`. Paths may be globs, and may name files that are not tracked yet.",
  ],
  args: [{ syntax: "[path...]", help: "files, folders or quoted globs; default: every tracked file" }],
  options: [],
  examples: [
    { command: "bale storage explain", says: "the whole tree" },
    { command: "bale storage explain data/train.parquet", says: "one file" },
    { command: "bale storage explain 'data/**' --json", says: "for a program" },
  ],
  exits: [2, 3, 4, 7],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const workspace = await workspaceFor(call, undefined);
    const result = await workspace.explainStorage({ ...longCall(call), paths: call.args, cwd: call.cwd });
    return {
      kind: "document",
      document: result,
      text: (style) => renderExplained(style, result, listLimit(call)),
    };
  },
};
