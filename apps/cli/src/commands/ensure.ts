import { resolve } from "node:path";
import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { renderEnsure } from "../render/share.js";
import { requiredReference, selection } from "./arguments.js";

export const ensure: CommandDefinition = {
  name: "ensure",
  group: "share",
  summary: "Make a folder hold a bundle's files, for scripts and containers",
  details: [
    "Afterwards every selected path of the bundle is in DIR with its content. A second run costs almost nothing. Differing files are replaced only in a folder that was empty or made by `bale ensure`, else with --overwrite.",
  ],
  args: [
    { syntax: "<ref>", help: "the bundle" },
    { syntax: "<dir>", help: "the folder; made where it is absent" },
  ],
  options: [
    { flags: "--mirror", kind: "flag", help: "remove every other file from DIR" },
    { flags: "--overwrite", kind: "flag", help: "replace differing files, whatever made them" },
    ...SELECT_OPTIONS,
  ],
  examples: [
    {
      command: "bale ensure ghcr.io/acme/app:v1 /srv/app --role runtime",
      says: "at the start of a container",
    },
    {
      command: "bale ensure ghcr.io/acme/app@sha256:9c3e... /srv/app --mirror",
      says: "exactly this version, and nothing else",
    },
  ],
  exits: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const result = await bale.ensure(reference, {
      ...longCall(call),
      ...selection(call),
      directory: resolve(call.cwd, call.args[1] ?? ""),
      mirror: call.flags.has("mirror"),
      overwrite: call.flags.has("overwrite"),
      dryRun: call.settings.dryRun,
    });
    return { kind: "document", document: result, text: (style) => renderEnsure(style, result) };
  },
};
