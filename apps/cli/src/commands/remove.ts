import { localWorkspace } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderRemove } from "../render/work.js";
import { listLimit } from "./list-limit.js";

export const remove: CommandDefinition = {
  name: "remove",
  group: "work",
  summary: "Untrack files, so that the next push removes them from the bundle",
  details: [
    "The files stay on disk, unless --delete is given; content that exists nowhere else is then kept for `bale restore`.",
  ],
  args: [{ syntax: "<path...>", help: "files, folders or globs" }],
  options: [{ flags: "--delete", kind: "flag", help: "from disk as well" }],
  examples: [
    { command: "bale remove old.bin", says: "leave it on disk" },
    { command: "bale remove --delete 'tmp/**'", says: "and from disk" },
  ],
  exits: [3, 6, 8],
  dryRun: "supported",
  remote: false,
  run: async (call) => {
    const { dryRun } = call.settings;
    const workspace = await localWorkspace(call);
    const result = await workspace.remove(call.args, {
      cwd: call.cwd,
      delete: call.flags.has("delete"),
      dryRun,
      signal: call.signal,
      onProgress: call.onProgress,
    });
    return {
      kind: "document",
      document: { ...result, dryRun },
      text: (style) => renderRemove(style, result, { dryRun, limit: listLimit(call) }),
      exit: result.missing.length > 0 ? 3 : 0,
    };
  },
};
