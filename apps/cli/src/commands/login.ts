import { BaleError } from "@bale/spec";
import type { Client } from "../compose/client.js";
import type { SignIn } from "../compose/sign-in.js";
import type { CommandCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { type LoginDocument, renderLogin } from "../render/sign-in.js";
import { checkCredential } from "./check-credential.js";
import { type GivenCredential, givenCredential } from "./given-credential.js";
import { type SignInTarget, signInTarget } from "./sign-in-target.js";

/** What is asked before the stored credential, and answers something else; `undefined` where the stored one counts. */
async function firstAnswer(
  call: CommandCall,
  { sources, originOf }: SignIn,
  { host, namespace }: SignInTarget,
  stored: GivenCredential,
): Promise<string | undefined> {
  const { answeringSources, describeAnswer, isSameCredential } = await import("../work.js");
  const request = { origin: originOf(host), repository: namespace, actions: [] };
  // Sources behind the files do not matter, and some of them take their time.
  const before = sources.slice(0, sources.findIndex(({ id }) => id === "docker") + 1);
  const [first] = await answeringSources(before, request, { signal: call.signal });
  if (!first || (first.kind === "answers" && isSameCredential(first.credential, stored))) return undefined;
  return describeAnswer(first);
}

async function store(
  call: CommandCall,
  { signIn }: Client,
  target: SignInTarget,
  credential: GivenCredential,
): Promise<Pick<LoginDocument, "stored" | "encrypted" | "comesFirst">> {
  if (!signIn) throw new BaleError({ code: "INTERNAL", message: "a local client signs in nowhere" });
  const { saveCredential } = await import("../work.js");
  const { host, namespace } = target;
  const stored = await saveCredential(signIn.originOf(host), credential, signIn.docker, {
    signal: call.signal,
    namespace,
  });
  const comesFirst = await firstAnswer(call, signIn, target, credential);
  return {
    stored,
    encrypted: stored.kind === "helper",
    ...(comesFirst === undefined ? {} : { comesFirst }),
  };
}

export const login: CommandDefinition = {
  name: "login",
  group: "registry",
  summary: "Store credentials for a registry, after it has accepted them",
  details: [
    "The password is asked for without echo, or comes from a pipe. The registry is asked first: what it refuses is not stored, nor anything when it cannot be reached.",
    "It goes where `docker login` would put it: to the credential helper that Docker's configuration names for the registry (credHelpers before credsStore), else unencrypted into the file itself, which only you can read. `--registry-config FILE` names another file. Docker, podman, oras and others find it there.",
    "With a namespace, as in ghcr.io/acme, it counts for the repositories below. podman, oras and bale tell namespaces apart; docker may take it for the whole registry, and a helper keeps no such credential.",
  ],
  args: [
    {
      syntax: "[registry]",
      help: "host, with a namespace if it is for that alone; default the host of defaultRegistry, else the upstream's",
    },
  ],
  options: [],
  examples: [
    { command: "bale login ghcr.io", says: "asks for user name and password" },
    {
      command: 'printf %s "$TOKEN" | bale login ghcr.io --username alice --password-stdin',
      says: "for scripts",
    },
    { command: "bale login registry.example.com/team --username bob", says: "for one namespace" },
  ],
  exits: [2, 4, 6, 7, 8, 10],
  dryRun: "refused",
  remote: true,
  run: async (call) => {
    const target = await signInTarget(call, "login");
    const credential = await givenCredential(call, target.name);
    const { client, checked } = await checkCredential(call, target, credential);
    const document: LoginDocument = {
      host: target.host,
      ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
      kind: credential.kind === "basic" ? "password" : "identity-token",
      ...(credential.kind === "basic" ? { username: credential.username } : {}),
      checked,
      ...(await store(call, client, target, credential)),
    };
    return {
      kind: "document",
      document,
      text: (style) => renderLogin(style, document),
    };
  },
};
