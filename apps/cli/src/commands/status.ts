import type { StatusResult } from "@bale/sdk";
import { localWorkspace, longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { usageError } from "../errors/usage-error.js";
import { porcelain } from "../render/porcelain.js";
import { renderStatus } from "../render/status.js";
import { listLimit } from "./list-limit.js";

function document(status: StatusResult): object {
  const { seenAtMs, ...remote } = status.remote;
  return {
    ...status,
    remote: { ...remote, seenAt: seenAtMs === undefined ? undefined : new Date(seenAtMs).toISOString() },
  };
}

/** Untracked files are no difference: nobody has told bale about them. */
function differs({ changes, problems, unreadable }: StatusResult): boolean {
  return changes.some(({ verdict }) => verdict !== "in-sync") || problems.length + unreadable.length > 0;
}

export const status: CommandDefinition = {
  name: "status",
  group: "work",
  summary: "Show what changed here and there, and what to do next",
  details: [
    "Asks the upstream with one request, at most three seconds long. When it cannot be reached, local changes are shown against the last known remote.",
    "With --porcelain, one line a change: verdict, step and path between tabs; nothing when there is nothing to tell. Untracked files do not count as a difference for --exit-code.",
  ],
  args: [],
  options: [
    { flags: "--remote", kind: "flag", help: "fail with 7 when the upstream cannot be reached" },
    { flags: "--porcelain", kind: "flag", help: "stable lines for scripts" },
    { flags: "--exit-code", kind: "flag", help: "exit 1 when something differs" },
  ],
  examples: [
    { command: "bale status", says: "an overview" },
    { command: "bale status --offline --porcelain", says: "local changes, for a script" },
    { command: "bale status --remote --exit-code", says: "in a build: fail when anything differs" },
  ],
  exits: [1, 3, 7, 8],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const { flags, settings } = call;
    if (flags.has("remote") && settings.offline)
      throw usageError("--remote and --offline exclude each other", "bale status --help");
    const workspace = await (settings.offline ? localWorkspace(call) : workspaceFor(call, undefined));
    const mode = settings.offline ? "offline" : flags.has("remote") ? "remote" : "default";
    const result = await workspace.status({ ...longCall(call), mode });
    return {
      kind: "document",
      document: document(result),
      text: (style) =>
        flags.has("porcelain")
          ? porcelain(result)
          : renderStatus(style, { status: result, now: Date.now(), limit: listLimit(call) }),
      exit: flags.has("exit-code") && differs(result) ? 1 : 0,
    };
  },
};
