import { longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { usageError } from "../errors/usage-error.js";
import { renderPush } from "../render/share.js";
import { referenceArgument } from "./arguments.js";
import { listLimit } from "./list-limit.js";
import { PLAN_OPTION, plannedResult } from "./planned-result.js";

/** `K=V`, split at the first equals sign. @throws BaleError `USAGE` */
export function readAnnotations(pairs: readonly string[]): Readonly<Record<string, string>> {
  const annotations = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at <= 0)
      throw usageError(`--annotation wants KEY=VALUE, not ${JSON.stringify(pair)}`, "bale push --help");
    annotations.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return Object.fromEntries(annotations);
}

export const push: CommandDefinition = {
  name: "push",
  group: "share",
  summary: "Send what changed here to the registry, and move the tag",
  details: [
    "Sends only blobs that the registry lacks. Refuses, before the first byte, when it would lose somebody else's work; nothing is sent when nothing changed.",
    "With --bump the tag is the version after the highest one, which is what the push is compared with; a tag that exists is never replaced.",
    "The tag is looked up, compared and moved; it never moves when it is elsewhere than it was when the push began, not even with --force.",
  ],
  args: [{ syntax: "[ref]", help: "where to; default: the upstream" }],
  options: [
    { flags: "-u, --set-upstream", kind: "flag", help: "make REF the upstream" },
    { flags: "-t, --tag <tag>", kind: "list", help: "a further tag for the same version; may be repeated" },
    {
      flags: "--bump <step>",
      kind: "text",
      choices: ["patch", "minor", "major", "auto"],
      help: "make the next version; auto: by what changed",
    },
    { flags: "--pre <name>", kind: "text", help: "with --bump: a pre-release, such as rc; it counts up" },
    { flags: "--latest", kind: "flag", help: "move the tag latest along" },
    PLAN_OPTION,
    { flags: "-f, --force", kind: "flag", help: "replace what is there, where a push would be refused" },
    {
      flags: "--exact",
      kind: "flag",
      help: "so that other tools recreate the files from the manifest alone",
    },
    {
      flags: "--layout <layout>",
      kind: "text",
      choices: ["flat"],
      help: "flat: one manifest layer a file, nothing packed",
    },
    {
      flags: "--envelope <envelope>",
      kind: "text",
      choices: ["native", "compatible"],
      help: "shape of the manifest",
    },
    {
      flags: "--annotation <key=value>",
      kind: "list",
      help: "an annotation of the manifest; may be repeated",
    },
  ],
  examples: [
    { command: "bale push", says: "to the upstream" },
    { command: "bale push -u ghcr.io/acme/models/malaria:v1", says: "for the first time" },
    {
      command: "bale push --tag latest --annotation org.opencontainers.image.version=1.2.0",
      says: "with another tag and an annotation",
    },
    { command: "bale push --bump auto --latest", says: "as the next version, by what changed" },
  ],
  exits: [2, 3, 4, 5, 6, 7, 8, 9, 10],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const { flags } = call;
    const reference = referenceArgument(call, 0);
    const annotations = readAnnotations(flags.list("annotation"));
    const workspace = await workspaceFor(call, reference);
    const options = {
      ...longCall(call),
      reference,
      setUpstream: flags.has("set-upstream"),
      tags: flags.list("tag"),
      bump: flags.text("bump") as "patch" | "minor" | "major" | "auto" | undefined,
      pre: flags.text("pre"),
      latest: flags.has("latest") || undefined,
      force: flags.has("force"),
      exact: flags.has("exact") || undefined,
      flat: flags.text("layout") === "flat" || undefined,
      envelope: flags.text("envelope") as "native" | "compatible" | undefined,
      annotations,
    };
    const file = flags.text("plan");
    if (file !== undefined) return plannedResult(call, file, await workspace.planPush(options));
    const result = await workspace.push({ ...options, dryRun: call.settings.dryRun });
    return {
      kind: "document",
      document: result,
      text: (style) => renderPush(style, result, listLimit(call)),
    };
  },
};
