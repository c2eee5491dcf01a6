import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { renderPull } from "../render/share.js";
import { requiredReference, selection } from "./arguments.js";
import { listLimit } from "./list-limit.js";

export const clone: CommandDefinition = {
  name: "clone",
  group: "start",
  summary: "Make a workspace from a bundle",
  details: [
    "DIR must be absent or empty; without it, the last part of the repository's name is used. A clone that fails leaves nothing behind.",
  ],
  args: [
    { syntax: "<ref>", help: "the bundle, and the workspace's upstream" },
    { syntax: "[dir]", help: "where to" },
  ],
  options: SELECT_OPTIONS,
  examples: [
    { command: "bale clone ghcr.io/acme/models/malaria:v1", says: "into the folder malaria" },
    {
      command: "bale clone ghcr.io/acme/models/malaria:v1 serve --role runtime",
      says: "only what the role runtime needs",
    },
    { command: "bale clone oci:/mnt/share/malaria:v1 copy", says: "from an OCI layout on disk" },
  ],
  exits: [3, 4, 5, 6, 7, 8, 9, 10, 11],
  dryRun: "refused",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const result = await bale.clone({
      ...longCall(call),
      ...selection(call),
      reference,
      directory: call.args[1],
      cwd: call.cwd,
    });
    return {
      kind: "document",
      document: result,
      text: (style) => renderPull(style, result, listLimit(call)),
    };
  },
};
