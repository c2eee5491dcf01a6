import { BaleError, exitCodeOf } from "@bale/spec";
import type { AddResult } from "@bale/workspace";
import { localWorkspace } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderAdd } from "../render/work.js";
import { listLimit } from "./list-limit.js";

/** What stands in the way decides: something unsafe, something absent, then a path that needs a flag. */
function exitOf({ complete, problems, refusedLinks, missing }: AddResult): number {
  if (complete) return 0;
  const [problem] = problems;
  if (problem) return exitCodeOf(new BaleError({ code: problem.code, message: problem.why }));
  if (refusedLinks.length > 0)
    return exitCodeOf(new BaleError({ code: "LINK_UNSAFE", message: "a link was refused" }));
  return missing.length > 0 ? 3 : 2;
}

export const add: CommandDefinition = {
  name: "add",
  group: "work",
  summary: "Track files, so that the next push sends them",
  details: [
    "Folders are taken with all below them. Quote globs, so that bale and not the shell expands them. What .baleignore hides is named and refused.",
  ],
  args: [{ syntax: "<path...>", help: "files, folders or globs" }],
  options: [
    { flags: "-f, --force", kind: "flag", help: "add ignored paths, too" },
    { flags: "--follow", kind: "flag", help: "store what a link leads to instead of the link" },
  ],
  examples: [
    { command: "bale add .", says: "everything that is not ignored" },
    { command: "bale add src 'configs/**/*.yaml'", says: "a folder and a glob" },
    { command: "bale add --dry-run data", says: "list what would be tracked" },
  ],
  exits: [2, 3, 6, 8, 9],
  dryRun: "supported",
  remote: false,
  run: async (call) => {
    const { flags, settings } = call;
    const workspace = await localWorkspace(call);
    const result = await workspace.add(call.args, {
      cwd: call.cwd,
      force: flags.has("force"),
      follow: flags.has("follow"),
      dryRun: settings.dryRun,
      signal: call.signal,
      onProgress: call.onProgress,
    });
    return {
      kind: "document",
      document: { ...result, dryRun: settings.dryRun },
      text: (style) => renderAdd(style, result, { dryRun: settings.dryRun, limit: listLimit(call) }),
      exit: exitOf(result),
    };
  },
};
