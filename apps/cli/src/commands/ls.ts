import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { renderList } from "../render/look.js";
import { requiredReference, selection } from "./arguments.js";

export const ls: CommandDefinition = {
  name: "ls",
  group: "look",
  summary: "List the files of a bundle",
  details: [
    "One line a file: kind (- file, x executable, l link), size, layer, path. Only the index is fetched.",
  ],
  args: [{ syntax: "<ref>", help: "the bundle" }],
  options: SELECT_OPTIONS,
  examples: [
    { command: "bale ls ghcr.io/acme/app:v1", says: "everything" },
    { command: "bale ls ghcr.io/acme/app:v1 --role runtime --path 'configs/**'", says: "a part of it" },
  ],
  exits: [3, 4, 5, 7, 10, 11],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const result = await bale.ls(reference, { ...longCall(call), ...selection(call) });
    return { kind: "document", document: result, text: (style) => renderList(style, result) };
  },
};
