import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { usageError } from "../errors/usage-error.js";
import { requiredReference } from "./arguments.js";

export const cat: CommandDefinition = {
  name: "cat",
  group: "look",
  summary: "Write one file of a bundle to stdout",
  details: [
    "Only its bytes are fetched, and written as they come. They are checked at the end: when they are not the bundle's, the exit code is 5, and what was written must not be used.",
  ],
  args: [{ syntax: "<ref>", help: "REF//PATH" }],
  options: [],
  examples: [
    { command: "bale cat ghcr.io/acme/app:v1//configs/prod.yaml", says: "look at a file without pulling" },
  ],
  exits: [2, 3, 4, 5, 7],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    if (call.settings.json)
      throw usageError(
        "bale cat writes the file itself; `bale show REF//PATH --json` describes it",
        "bale cat --help",
      );
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const { content } = await bale.cat(reference, longCall(call));
    return { kind: "content", content };
  },
};
