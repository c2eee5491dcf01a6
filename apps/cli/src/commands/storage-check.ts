import { longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderChecks } from "../render/storage.js";

export const storageCheck: CommandDefinition = {
  name: "storage check",
  group: "storage",
  summary: "Try a store with a small object, and say what it honours",
  details: [
    "Writes 70,000 random bytes as a stream, as a push does, reads them back, asks for a part of them, and removes them. A gateway that alters what is streamed to it is found before data is entrusted to it.",
  ],
  args: [{ syntax: "[name...]", help: "stores of bale.yaml; default: all of them" }],
  options: [],
  examples: [{ command: "bale storage check big", says: "before the first push there" }],
  exits: [2, 4, 5, 7, 9],
  dryRun: "refused",
  remote: true,
  run: async (call) => {
    const workspace = await workspaceFor(call, undefined);
    const stores = await workspace.checkStores(call.args, longCall(call));
    return {
      kind: "document",
      document: { stores },
      text: (style) => renderChecks(style, stores),
      exit: stores.some(({ verdict }) => verdict === "broken") ? 5 : 0,
    };
  },
};
