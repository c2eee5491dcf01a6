import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderTag } from "../render/share.js";
import { requiredReference } from "./arguments.js";

export const tag: CommandDefinition = {
  name: "tag",
  group: "share",
  summary: "Give a version another tag",
  args: [
    { syntax: "<ref>", help: "the version, by tag or digest" },
    { syntax: "<new>", help: "the tag" },
  ],
  options: [{ flags: "-f, --force", kind: "flag", help: "move a tag that exists" }],
  examples: [
    { command: "bale tag ghcr.io/acme/app:v1 stable", says: "a new name" },
    { command: "bale tag ghcr.io/acme/app:v2 stable --force", says: "move it on" },
  ],
  exits: [2, 3, 4, 6, 7],
  dryRun: "refused",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const result = await bale.tag(reference, call.args[1] ?? "", {
      ...longCall(call),
      force: call.flags.has("force"),
    });
    return { kind: "document", document: result, text: (style) => renderTag(style, result) };
  },
};
