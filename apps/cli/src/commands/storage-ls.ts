import { clientFor, longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderStores } from "../render/storage.js";
import { referenceArgument } from "./arguments.js";

export const storageLs: CommandDefinition = {
  name: "storage ls",
  group: "storage",
  summary: "List the stores that a bundle lies in",
  details: [
    "For each: how much of the bundle it holds, and the line that stands for it in trustedStores. Without REF, those of the workspace's upstream and of bale.yaml. No store is asked.",
  ],
  args: [{ syntax: "[ref]", help: "the bundle; default: the upstream" }],
  options: [],
  examples: [
    { command: "bale storage ls", says: "of this workspace" },
    { command: "bale storage ls ghcr.io/acme/app:v1", says: "before a pull: what would have to be trusted" },
  ],
  exits: [3, 4, 5, 7, 10],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const reference = referenceArgument(call, 0);
    const result =
      reference === undefined
        ? await (await workspaceFor(call, undefined)).stores(longCall(call))
        : await (await clientFor(call, reference)).stores(reference, longCall(call));
    return { kind: "document", document: result, text: (style) => renderStores(style, result) };
  },
};
