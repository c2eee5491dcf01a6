import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderShow } from "../render/look.js";
import { requiredReference } from "./arguments.js";

export const show: CommandDefinition = {
  name: "show",
  group: "look",
  summary: "Describe a bundle, or one of its files",
  args: [{ syntax: "<ref>", help: "the bundle, or REF//PATH for one file" }],
  options: [
    {
      flags: "--platform <platform>",
      kind: "text",
      help: "which manifest of an image index: os/arch[/variant]",
    },
  ],
  examples: [
    { command: "bale show ghcr.io/acme/app:v1", says: "digests, layers, roles, annotations" },
    { command: "bale show ghcr.io/acme/app:v1//configs/prod.yaml", says: "size, digest and layer of a file" },
  ],
  exits: [3, 4, 5, 7, 10],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const result = await bale.show(reference, { ...longCall(call), platform: call.flags.text("platform") });
    return { kind: "document", document: result, text: (style) => renderShow(style, result) };
  },
};
