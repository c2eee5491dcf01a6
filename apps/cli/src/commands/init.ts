import { PROJECT_FILE } from "@bale/workspace";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderInit } from "../render/work.js";
import { referenceArgument } from "./arguments.js";

export const init: CommandDefinition = {
  name: "init",
  group: "start",
  summary: "Make this folder a workspace",
  details: [
    "Makes bale.yaml, .baleignore and .bale, in an empty folder or one with files, and overwrites nothing. With REF, pushes and pulls mean that reference.",
  ],
  args: [{ syntax: "[ref]", help: "the first upstream" }],
  options: [
    { flags: "--artifact-type <type>", kind: "text", help: "media type that names what is in the bundle" },
  ],
  examples: [
    { command: "bale init", says: "begin here, and name the registry at the first push" },
    { command: "bale init ghcr.io/acme/models/malaria:v1", says: "begin with an upstream" },
  ],
  exits: [2, 8],
  dryRun: "refused",
  remote: false,
  run: async (call) => {
    const { bale } = await call.client("local");
    const result = await bale.init({
      directory: call.cwd,
      reference: referenceArgument(call, 0),
      artifactType: call.flags.text("artifact-type"),
    });
    const { root, created, kept } = result;
    const [named] = call.args;
    const dropped = named !== undefined && kept.includes(PROJECT_FILE);
    return {
      kind: "document",
      document: { root, created, kept },
      text: (style) => renderInit(style, result),
      hints: [
        ...(dropped
          ? [`${PROJECT_FILE} was there already: \`bale push -u ${named}\` makes that the upstream`]
          : []),
        "next: `bale add PATH` tracks files",
      ],
    };
  },
};
