import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderLog } from "../render/look.js";

export const log: CommandDefinition = {
  name: "log",
  group: "look",
  summary: "List the versions that led to a reference, newest first",
  args: [{ syntax: "[ref]", help: "the bundle; default: the upstream" }],
  options: [],
  examples: [
    { command: "bale log ghcr.io/acme/app:v2", says: "at most 64 versions; only manifests are fetched" },
  ],
  exits: [3, 4, 5, 7, 10],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const { referenceOrUpstream } = await import("../work.js");
    const reference = await referenceOrUpstream(call, "log");
    const bale = await clientFor(call, call.args[0]);
    const result = await bale.log(reference, longCall(call));
    return { kind: "document", document: result, text: (style) => renderLog(style, result) };
  },
};
