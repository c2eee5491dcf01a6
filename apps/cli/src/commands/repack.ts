import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderPush } from "../render/share.js";
import { requiredReference } from "./arguments.js";
import { listLimit } from "./list-limit.js";

export const repack: CommandDefinition = {
  name: "repack",
  group: "share",
  summary: "Write the packs of a bundle anew, without what old versions left in them",
  details: ["The content digest stays the same; the manifest's changes. The tag moves like in a push."],
  args: [{ syntax: "<ref>", help: "the bundle, by tag" }],
  options: [],
  examples: [
    { command: "bale repack ghcr.io/acme/app:v1 --dry-run", says: "see what would be sent" },
    { command: "bale repack ghcr.io/acme/app:v1", says: "do it" },
  ],
  exits: [3, 4, 5, 6, 7, 8, 10],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const result = await bale.repack(reference, { ...longCall(call), dryRun: call.settings.dryRun });
    return {
      kind: "document",
      document: result,
      text: (style) => renderPush(style, result, listLimit(call)),
    };
  },
};
