import { BaleError, isRegistryHost } from "@bale/spec";
import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderPing } from "../render/upkeep.js";

export const registryPing: CommandDefinition = {
  name: "registry ping",
  group: "registry",
  summary: "Ask whether a registry answers, and whether it takes your credentials",
  args: [{ syntax: "<host>", help: "host, with a port if it has one" }],
  options: [],
  examples: [
    { command: "bale registry ping ghcr.io", says: "with the credentials that a push would use" },
    { command: "bale registry ping localhost:5000", says: "a registry on this machine" },
  ],
  exits: [2, 4, 7],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const host = call.args[0] ?? "";
    if (!isRegistryHost(host))
      throw new BaleError({
        code: "REFERENCE_INVALID",
        message: `not a registry: ${JSON.stringify(host.slice(0, 300))}`,
        why: "a registry is a host with an optional port, without scheme and path",
        fix: "write ghcr.io or localhost:5000",
      });
    const bale = await clientFor(call, `${host}/ping`);
    const result = await bale.ping(host, longCall(call));
    return {
      kind: "document",
      document: result,
      text: (style) => renderPing(style, result),
      exit: result.reachable ? 0 : 7,
    };
  },
};
