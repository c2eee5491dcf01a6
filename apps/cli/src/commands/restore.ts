import { relative, sep } from "node:path";
import { type CommandCall, localWorkspace } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderReplaced } from "../render/upkeep.js";
import { safe } from "../terminal/safe-text.js";

/** Arguments count from the folder where the command works, paths of a bundle from the workspace's root. */
function fromRoot(call: CommandCall, root: string): readonly string[] {
  const prefix = relative(root, call.cwd).split(sep).join("/");
  return call.args.map((path) => (prefix === "" ? path : `${prefix}/${path.replace(/^\.\//, "")}`));
}

export const restore: CommandDefinition = {
  name: "restore",
  group: "work",
  summary: "List or bring back what a command replaced or removed",
  details: [
    "What `pull --theirs`, `--overwrite` and `--mirror` and `remove --delete` take away is kept until `bale gc`. Without PATH it is listed. What is there now is kept in turn.",
  ],
  args: [{ syntax: "[path...]", help: "files, folders or globs" }],
  options: [],
  examples: [
    { command: "bale restore", says: "list what there is" },
    { command: "bale restore configs/prod.yaml", says: "bring one file back" },
  ],
  exits: [3, 6, 8, 9],
  dryRun: "refused",
  remote: false,
  run: async (call) => {
    const workspace = await localWorkspace(call);
    if (call.args.length === 0) {
      const replaced = await workspace.listReplaced();
      return {
        kind: "document",
        document: {
          replaced: replaced.map(({ atMs, ...file }) => ({ ...file, at: new Date(atMs).toISOString() })),
        },
        text: (style) => renderReplaced(style, replaced),
      };
    }
    const { restored } = await workspace.restore(fromRoot(call, workspace.root), { signal: call.signal });
    return {
      kind: "document",
      document: { restored },
      text: () => restored.map((path) => `restored ${safe(path)}\n`).join(""),
    };
  },
};
