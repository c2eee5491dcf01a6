import { BaleError } from "@bale/spec";
import type { CommandDefinition } from "../definition/command-definition.js";
import { type LogoutDocument, renderLogout } from "../render/sign-in.js";
import { signInTarget } from "./sign-in-target.js";

export const logout: CommandDefinition = {
  name: "logout",
  group: "registry",
  summary: "Remove stored credentials of a registry, and say who is still signed in",
  details: [
    "They are removed from the first file of credentials and from the helper that it names for the registry: where `bale login` and `docker login` store them. Other files, variables, GitHub's command line and plugins are left alone; what they would still answer is listed. Where nothing was stored, that is no failure.",
  ],
  args: [
    {
      syntax: "[registry]",
      help: "host, with a namespace for what is stored for that alone; default as with `bale login`",
    },
  ],
  options: [],
  examples: [
    { command: "bale logout ghcr.io", says: "of the registry" },
    { command: "bale logout registry.example.com/team", says: "of one namespace" },
  ],
  exits: [2, 4, 6, 8],
  dryRun: "refused",
  remote: true,
  run: async (call) => {
    const { answeringSources, describeAnswer, eraseCredential, storedNamespaces } = await import(
      "../work.js"
    );
    const { host, namespace } = await signInTarget(call, "logout");
    const { signIn } = await call.client({
      references: [`${host}/logout`],
      // Nothing is asked of the registry; flags of credentials are not read.
      credentials: () => ({ id: "none", resolve: async () => undefined }),
    });
    if (!signIn) throw new BaleError({ code: "INTERNAL", message: "a local client signs out nowhere" });
    const { signal } = call;
    const origin = signIn.originOf(host);
    const removed = await eraseCredential(origin, signIn.docker, { signal, namespace });
    const request = { origin, repository: namespace, actions: [] };
    const answers = await answeringSources(signIn.sources, request, { signal });
    const document: LogoutDocument = {
      host,
      ...(namespace === undefined ? {} : { namespace }),
      removed,
      remaining: answers.filter(({ kind }) => kind === "answers").map(describeAnswer),
      failures: answers.filter(({ kind }) => kind === "fails").map(describeAnswer),
      namespaces: namespace === undefined ? await storedNamespaces(origin, signIn.docker) : [],
    };
    return { kind: "document", document, text: (style) => renderLogout(style, document) };
  },
};
