import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderHealth } from "../render/registry-health.js";
import { requiredReference } from "./arguments.js";

export const registryDoctor: CommandDefinition = {
  name: "registry doctor",
  group: "registry",
  summary: "Find out what a registry can do, by trying it in a scratch tag that is removed again",
  details: [
    "Tries uploads whole and in chunks, ranges, mounts, manifests of several forms and sizes, referrers, lists and deletions, with at most about 250 requests and 30 MiB. What was found out is kept for this registry, and later transfers obey it; what you have set yourself comes first.",
    "Exit code 4: the account may not push. 7: no answer. 10: something that a push or a pull needs is missing.",
  ],
  args: [
    { syntax: "<ref>", help: "a repository that you may push to; a tag says what to read where you may not" },
  ],
  options: [],
  examples: [
    { command: "bale registry doctor registry.example.com/acme/app", says: "before the first push there" },
    { command: "bale registry doctor ghcr.io/acme/app --dry-run", says: "see what would be tried" },
  ],
  exits: [2, 4, 7, 10],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const { dryRun } = call.settings;
    const health = await bale.examineRegistry(reference, { ...longCall(call), dryRun });
    const { keptProfiles } = await import("../work.js");
    const hints: string[] = [];
    const places = keptProfiles(call.io, (text) => hints.push(`warning: ${text}`));
    const kept = dryRun ? undefined : places.keep(health, new Date());
    return {
      kind: "document",
      document: { ...health, ...(kept === undefined ? {} : { kept }) },
      text: (style) => renderHealth(style, health, kept),
      hints,
      exit: health.verdict.exit,
    };
  },
};
