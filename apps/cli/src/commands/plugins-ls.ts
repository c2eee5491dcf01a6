import type { CommandDefinition } from "../definition/command-definition.js";
import { renderPlugins } from "../render/plugins.js";

export const pluginsLs: CommandDefinition = {
  name: "plugins ls",
  group: "upkeep",
  summary: "List plugins: where each is from, what it contributes and who asked for it",
  details: [
    "Loads none of them: what a plugin contributes is what its package.json says. One without such words is known once it is loaded.",
  ],
  args: [],
  options: [],
  examples: [
    { command: "bale plugins ls", says: "what is built in, and what your configuration names" },
    { command: "bale plugins ls --plugin ./my-store.mjs", says: "with one more" },
  ],
  exits: [2, 8],
  dryRun: "reads",
  remote: false,
  run: async (call) => {
    const { listPlugins } = await import("../work.js");
    const plugins = await listPlugins(call);
    return { kind: "document", document: { plugins }, text: (style) => renderPlugins(style, plugins) };
  },
};
