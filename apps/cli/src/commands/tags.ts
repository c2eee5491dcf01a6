import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderTags } from "../render/look.js";
import { requiredReference } from "./arguments.js";

export const tags: CommandDefinition = {
  name: "tags",
  group: "look",
  summary: "List the tags of a repository",
  args: [{ syntax: "<ref>", help: "the repository" }],
  options: [],
  examples: [
    { command: "bale tags ghcr.io/acme/app", says: "one a line" },
    { command: "bale tags oci:/mnt/share/app --json", says: "of a layout, for a program" },
  ],
  exits: [3, 4, 7],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const list = await bale.tags(reference, longCall(call));
    return {
      kind: "document",
      document: { reference, tags: list },
      text: (style) => renderTags(style, list),
    };
  },
};
