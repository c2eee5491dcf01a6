import { longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { usageError } from "../errors/usage-error.js";
import { renderPull } from "../render/share.js";
import { referenceArgument, selection } from "./arguments.js";
import { listLimit } from "./list-limit.js";
import { PLAN_OPTION, plannedResult } from "./planned-result.js";

const EXCLUSIVE = ["overwrite", "mirror", "restore"] as const;

export const pull: CommandDefinition = {
  name: "pull",
  group: "share",
  summary: "Take what changed in the registry, and lose nothing that exists only here",
  details: [
    "Refuses, before the first byte, when a file was changed on both sides, and says which ways out there are. Untracked files are never deleted.",
    "--role and --layer are remembered; `--role all` lifts them. REF switches the workspace to another reference.",
  ],
  args: [{ syntax: "[ref]", help: "where from; default: the upstream" }],
  options: [
    ...SELECT_OPTIONS,
    {
      flags: "--theirs <glob>",
      kind: "list",
      help: "take the remote's side there; yours is kept for `bale restore`",
    },
    { flags: "--ours <glob>", kind: "list", help: "keep your side there, as a local change" },
    { flags: "--overwrite", kind: "flag", help: "--theirs for every path" },
    { flags: "--mirror", kind: "flag", help: "--overwrite, and remove tracked files that the remote lacks" },
    { flags: "--restore", kind: "flag", help: "bring back files that were deleted here" },
    PLAN_OPTION,
    { flags: "--drop", kind: "flag", help: "remove unchanged files of other layers from disk" },
  ],
  examples: [
    { command: "bale pull", says: "from the upstream" },
    { command: "bale pull --role runtime", says: "only the layers of a role, from now on" },
    { command: "bale pull --theirs 'configs/**'", says: "settle conflicts in configs for the remote" },
    { command: "bale pull ghcr.io/acme/app:v2 --dry-run", says: "see what a switch would do" },
  ],
  exits: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const { flags } = call;
    const chosen = EXCLUSIVE.filter((name) => flags.has(name));
    if (chosen.length > 1)
      throw usageError(
        `${chosen.map((name) => `--${name}`).join(" and ")} exclude each other`,
        "bale pull --help",
      );
    const reference = referenceArgument(call, 0);
    const workspace = await workspaceFor(call, reference);
    const options = {
      ...longCall(call),
      ...selection(call),
      reference,
      theirs: flags.list("theirs"),
      ours: flags.list("ours"),
      overwrite: flags.has("overwrite"),
      mirror: flags.has("mirror"),
      restore: flags.has("restore"),
      drop: flags.has("drop"),
    };
    const file = flags.text("plan");
    if (file !== undefined) return plannedResult(call, file, await workspace.planPull(options));
    const result = await workspace.pull({ ...options, dryRun: call.settings.dryRun });
    return {
      kind: "document",
      document: result,
      text: (style) => renderPull(style, result, listLimit(call)),
      exit: result.blocked.length > 0 ? 6 : 0,
    };
  },
};
