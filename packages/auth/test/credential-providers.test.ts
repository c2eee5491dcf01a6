import {
  type BrokenCredential,
  type CredentialHarness,
  credentialProviderConformance,
  type KnownCredential,
} from "@bale/conformance";
import { BaleError, type Credential, type CredentialProvider, secret } from "@bale/spec";
import { describe, it } from "vitest";
import {
  anonymous,
  chain,
  environmentCredentials,
  githubCredentials,
  memoize,
  staticCredentials,
} from "../src/index.js";

const GHCR = "https://ghcr.io";
const LOCAL = "http://localhost:5000";
const PASSWORD: Credential = { kind: "basic", username: "alice", password: secret("pa:ss wörd") };
const TOKEN: Credential = { kind: "bearer", token: secret("token-of-a-registry") };
const IDENTITY: Credential = { kind: "identity-token", token: secret("identity-of-alice") };

function at(origin: string, credential: Credential): KnownCredential {
  return { request: { origin, repository: "acme/app", actions: ["pull"] }, credential };
}

/** Keeps credentials in memory, and takes a turn of the event loop for everything. */
function memory(kept: Map<string, Credential>): CredentialProvider {
  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) =>
      setImmediate(() =>
        signal?.aborted ? reject(new BaleError({ code: "INTERRUPTED", message: "stopped" })) : resolve(),
      ),
    );
  return {
    id: "memory",
    resolve: async ({ origin }, call) => {
      await turn(call?.signal);
      return kept.get(origin);
    },
    storage: {
      save: async (origin, credential, call) => {
        await turn(call?.signal);
        kept.set(origin, credential);
      },
      erase: async (origin, call) => {
        await turn(call?.signal);
        return kept.delete(origin);
      },
    },
  };
}

function counted(provider: CredentialProvider): { provider: CredentialProvider; times: () => number } {
  let times = 0;
  return {
    times: () => times,
    provider: {
      ...provider,
      resolve: (request, call) => {
        times++;
        return provider.resolve(request, call);
      },
    },
  };
}

const broken: CredentialProvider = {
  id: "broken",
  resolve: () => Promise.reject(new BaleError({ code: "CREDENTIAL_HELPER", message: "it failed" })),
};

type Wrap = (provider: CredentialProvider) => CredentialProvider;

async function stalled(wrap: Wrap): Promise<BrokenCredential & { readonly started: Promise<void> }> {
  let start: () => void = () => {};
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const provider: CredentialProvider = {
    id: "stalled",
    resolve: (_request, call) =>
      new Promise((_, reject) => {
        call?.signal?.addEventListener("abort", () =>
          reject(new BaleError({ code: "INTERRUPTED", message: "stopped" })),
        );
        start();
      }),
  };
  return { provider: wrap(provider), request: { origin: GHCR, actions: ["pull"] }, started };
}

function plain(
  open: () => CredentialProvider,
  known: readonly KnownCredential[],
  others: Partial<CredentialHarness> = {},
): () => Promise<CredentialHarness> {
  return async () => ({
    open: async () => open(),
    known,
    [Symbol.asyncDispose]: async () => {},
    ...others,
  });
}

/** A provider around another one: what that one stores, fails at or takes its time for has to come through. */
function around(wrap: Wrap, coalesces: boolean): () => Promise<CredentialHarness> {
  return async () => {
    const kept = new Map<string, Credential>([
      [GHCR, PASSWORD],
      [LOCAL, IDENTITY],
    ]);
    const inner = counted(memory(kept));
    return {
      open: async () => wrap(inner.provider),
      known: [at(GHCR, PASSWORD), at(LOCAL, IDENTITY)],
      openBroken: async () => ({ provider: wrap(broken), request: at(GHCR, PASSWORD).request }),
      openStalled: () => stalled(wrap),
      ...(coalesces ? { timesAsked: async () => inner.times() } : {}),
      [Symbol.asyncDispose]: async () => {},
    };
  };
}

const fromFlags = (): CredentialProvider =>
  staticCredentials({ origins: [GHCR], username: "alice", password: secret("pa:ss wörd") });
const VARIABLES = {
  BALE_USERNAME: "alice",
  BALE_PASSWORD: "pa:ss wörd",
  BALE_TOKEN_LOCALHOST_5000: "token-of-a-registry",
};

const harnesses: Readonly<Record<string, () => Promise<CredentialHarness>>> = {
  "static credentials": plain(fromFlags, [at(GHCR, PASSWORD)]),
  "a static token": plain(
    () => staticCredentials({ origins: [LOCAL, GHCR], token: secret("token-of-a-registry") }),
    [at(LOCAL, TOKEN), at(GHCR, TOKEN)],
  ),
  "the environment": plain(
    () => environmentCredentials(VARIABLES, { forOrigins: [GHCR] }),
    [at(GHCR, PASSWORD), at(LOCAL, TOKEN)],
  ),
  GITHUB_TOKEN: plain(
    () => githubCredentials({ GITHUB_TOKEN: "token-of-a-job", GITHUB_ACTOR: "octo" }),
    [at(GHCR, { kind: "basic", username: "octo", password: secret("token-of-a-job") })],
  ),
  "anonymous access": plain(anonymous, [at(GHCR, { kind: "anonymous" })], { answersAll: true }),
  "a chain of sources": plain(
    () => chain(environmentCredentials({}), fromFlags(), environmentCredentials(VARIABLES)),
    [at(GHCR, PASSWORD), at(LOCAL, TOKEN)],
    {
      openBroken: async () => ({
        provider: chain(environmentCredentials({}), broken, fromFlags()),
        request: at(GHCR, PASSWORD).request,
      }),
    },
  ),
  "a chain around a storage": around((inner) => chain(environmentCredentials({}), inner), false),
  "a source that is remembered": around((inner) => memoize(inner), true),
  "a chain that is remembered": around((inner) => memoize(chain(environmentCredentials({}), inner)), true),
};

for (const [name, makeHarness] of Object.entries(harnesses))
  describe(name, () => credentialProviderConformance({ describe, it }, makeHarness));
