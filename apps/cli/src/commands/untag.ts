import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderTag } from "../render/share.js";
import { confirm } from "../terminal/confirm.js";
import { requiredReference } from "./arguments.js";

export const untag: CommandDefinition = {
  name: "untag",
  group: "share",
  summary: "Remove a tag, and nothing that another tag holds",
  details: [
    "On a terminal bale asks first, unless --yes is given. Registries that cannot remove a tag alone are left as they are, with exit code 10.",
  ],
  args: [{ syntax: "<ref>", help: "the tag, as a reference" }],
  options: [],
  examples: [{ command: "bale untag ghcr.io/acme/app:experiment", says: "the version stays, by its digest" }],
  exits: [3, 4, 7, 10],
  dryRun: "refused",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    await confirm(call, `remove the tag ${reference}?`);
    const bale = await clientFor(call, reference);
    const result = await bale.untag(reference, longCall(call));
    return { kind: "document", document: result, text: (style) => renderTag(style, result) };
  },
};
