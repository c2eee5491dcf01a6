import type { RepositoryList } from "@bale/sdk";
import { type CommandCall, clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { safe } from "../terminal/safe-text.js";

async function* lines(
  { references, registry, namespace }: RepositoryList,
  call: CommandCall,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let found = false;
  for await (const reference of references) {
    found = true;
    yield encoder.encode(`${safe(reference)}\n`);
  }
  if (found || call.settings.quiet) return;
  const place = namespace === undefined ? registry : `${registry}/${namespace}`;
  await call.io.stderr.write(`${safe(place)} lists no repositories to you\n`);
}

export const registryLs: CommandDefinition = {
  name: "registry ls",
  group: "registry",
  summary: "List the repositories of a registry, or of a namespace of it",
  details: [
    "One reference a line, as the registry's pages come. A namespace is a whole part of names: ghcr.io/acme holds ghcr.io/acme/models/malaria, and nothing of ghcr.io/acme-labs.",
    "A registry may list its repositories or not. GitHub and Docker Hub do not, Amazon's and Google's and others only to some: exit code 10 then says what to use instead.",
  ],
  args: [{ syntax: "[namespace]", help: "host, or host and namespace; default what defaultRegistry says" }],
  options: [],
  examples: [
    { command: "bale registry ls localhost:5000", says: "all of a registry" },
    { command: "bale registry ls registry.example.com/acme/models", says: "of a namespace" },
    { command: "bale registry ls --json", says: "of your defaultRegistry, for a program" },
  ],
  exits: [2, 4, 7, 10],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const { parseNamespace } = await import("../work.js");
    const { registry, namespace } = parseNamespace(call.args[0], call.settings.defaultRegistry);
    const place = namespace === undefined ? registry : `${registry}/${namespace}`;
    const bale = await clientFor(call, `${registry}/${namespace ?? "catalog"}`);
    const list = await bale.repositories(place, longCall(call));
    if (!call.settings.json) return { kind: "content", content: lines(list, call) };
    const repositories: string[] = [];
    for await (const reference of list.references) repositories.push(reference);
    const where = namespace === undefined ? { registry } : { registry, namespace };
    return { kind: "document", document: { ...where, repositories }, text: () => "" };
  },
};
