import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderRoles } from "../render/look.js";

export const roles: CommandDefinition = {
  name: "roles",
  group: "look",
  summary: "List roles and layers of a bundle, and what each brings",
  args: [{ syntax: "[ref]", help: "the bundle; default: the upstream" }],
  options: [],
  examples: [{ command: "bale roles ghcr.io/acme/app:v1", says: "before a pull of a part" }],
  exits: [3, 4, 5, 7, 10],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const { referenceOrUpstream } = await import("../work.js");
    const reference = await referenceOrUpstream(call, "roles");
    const bale = await clientFor(call, call.args[0]);
    const result = await bale.roles(reference, longCall(call));
    return { kind: "document", document: result, text: (style) => renderRoles(style, result) };
  },
};
