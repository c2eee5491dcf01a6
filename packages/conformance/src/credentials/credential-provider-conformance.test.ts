import { BaleError, type Credential, type CredentialProvider, type CredentialRequest } from "@bale/spec";
import { expect, it } from "vitest";
import type { CredentialHarness } from "./credential-harness.js";
import { credentialProviderConformance } from "./credential-provider-conformance.js";
import { basic } from "./sample-credential.js";

interface Source {
  readonly kept: Map<string, Credential>;
  /** What the storage holds beside credentials. */
  readonly foreign: string[];
  asked: number;
}

const interrupted = (): BaleError => new BaleError({ code: "INTERRUPTED", message: "stopped" });

/** A source that keeps the contract; the faults below each replace one part of it. */
function right(source: Source): CredentialProvider {
  const flights = new Map<string, Promise<Credential | undefined>>();
  return {
    id: "right",
    resolve: ({ origin }) => {
      const flying = flights.get(origin);
      if (flying) return flying;
      source.asked++;
      const flight = Promise.resolve().then(() => {
        flights.delete(origin);
        return source.kept.get(origin);
      });
      flights.set(origin, flight);
      return flight;
    },
    storage: {
      save: async (origin, credential, call) => {
        if (call?.signal?.aborted) throw interrupted();
        source.kept.set(origin, credential);
      },
      erase: async (origin, call) => {
        if (call?.signal?.aborted) throw interrupted();
        return source.kept.delete(origin);
      },
    },
  };
}

type Fault = (provider: CredentialProvider, source: Source) => CredentialProvider;

/** Runs the suite and gives the names of the tests that fail. */
async function failures(fault: Fault): Promise<readonly string[]> {
  const tests: { readonly name: string; readonly body: () => Promise<void> }[] = [];
  const request: CredentialRequest = { origin: "https://ghcr.io", repository: "a/b", actions: ["pull"] };
  const credential = basic("alice", "known-password");
  const makeHarness = async (): Promise<CredentialHarness> => {
    const source: Source = { kept: new Map([[request.origin, credential]]), foreign: ["x"], asked: 0 };
    const open = (): CredentialProvider => fault(right(source), source);
    const stalled: CredentialProvider = {
      id: "stalled",
      resolve: (_, call) =>
        new Promise((_resolve, reject) =>
          call?.signal?.addEventListener("abort", () => reject(interrupted())),
        ),
    };
    const failing: CredentialProvider = {
      id: "failing",
      resolve: async () => {
        throw new BaleError({ code: "CREDENTIAL_HELPER", message: "it failed" });
      },
    };
    return {
      open: async () => open(),
      known: [{ request, credential }],
      openBroken: async () => ({ provider: fault(failing, source), request }),
      openStalled: async () => ({ provider: fault(stalled, source), request, started: Promise.resolve() }),
      timesAsked: async () => source.asked,
      foreignContent: async () => [...source.foreign],
      [Symbol.asyncDispose]: async () => {},
    };
  };
  credentialProviderConformance(
    { describe: (_, body) => body(), it: (name, body) => tests.push({ name, body }) },
    makeHarness,
  );
  const failed: string[] = [];
  for (const { name, body } of tests) await body().catch(() => failed.push(name));
  return failed;
}

function storageWith(
  provider: CredentialProvider,
  change: Partial<NonNullable<CredentialProvider["storage"]>>,
): CredentialProvider {
  return provider.storage ? { ...provider, storage: { ...provider.storage, ...change } } : provider;
}

it("a provider that keeps the contract fails nothing", async () => {
  expect(await failures((provider) => provider)).toEqual([]);
});

it.each<[string, Fault, string]>([
  [
    "answers for a host that begins like its own",
    (provider) => ({
      ...provider,
      resolve: (request, call) =>
        provider.resolve(
          { ...request, origin: request.origin.replace(/^https:\/\/ghcr\.io.*/, "https://ghcr.io") },
          call,
        ),
    }),
    "has no answer for another host or port, however much it looks like the one it knows",
  ],
  [
    "answers for everybody",
    (provider, { kept }) => ({ ...provider, resolve: async () => kept.get("https://ghcr.io") }),
    "has no answer for origins that it does not know",
  ],
  [
    "answers nothing where it fails",
    (provider) => ({
      ...provider,
      resolve: (request, call) =>
        provider.resolve(request, call).catch((error: unknown) => {
          if (BaleError.is(error, "INTERRUPTED")) throw error;
          return undefined;
        }),
    }),
    "throws where it should have answered and cannot, and shows no secret",
  ],
  [
    "quotes a secret where it fails",
    (provider) => ({
      ...provider,
      resolve: (request, call) =>
        provider.resolve(request, call).catch((error: unknown) => {
          if (BaleError.is(error, "INTERRUPTED")) throw error;
          throw new BaleError({ code: "CREDENTIAL_HELPER", message: "it printed known-password" });
        }),
    }),
    "throws where it should have answered and cannot, and shows no secret",
  ],
  [
    "calls an abort nothing",
    (provider) => ({
      ...provider,
      resolve: (request, call) =>
        provider.resolve(request, call).catch((error: unknown) => {
          if (BaleError.is(error, "INTERRUPTED")) return undefined;
          throw error;
        }),
    }),
    "ends when it is aborted, and says that it was",
  ],
  [
    "asks again for each question",
    (provider, source) => ({
      ...provider,
      resolve: (request, call) => {
        source.asked++;
        return provider.resolve(request, call);
      },
    }),
    "asks the source once for equal questions at the same time, where that is promised",
  ],
  [
    "has its password in clear text",
    (provider) => Object.assign({ ...provider }, { password: "known-password" }),
    "are in nothing that a credential, a part of it or the provider prints",
  ],
  [
    "forgets what it saves",
    (provider) => storageWith(provider, { save: async () => {} }),
    "keeps what is saved, for that origin alone, until it is erased",
  ],
  [
    "saves for a host instead of an origin",
    (provider, { kept }) =>
      storageWith(provider, {
        save: async (origin, credential) => {
          kept.set(origin, credential).set(`${origin}:5000`, credential);
        },
      }),
    "keeps what is saved, for that origin alone, until it is erased",
  ],
  [
    "says that it erased what was not there",
    (provider, { kept }) => storageWith(provider, { erase: async (origin) => kept.delete(origin) || true }),
    "erases again, or what was never there, without harm",
  ],
  [
    "throws away what it does not know",
    (provider, { foreign }) =>
      storageWith(provider, {
        erase: async (origin) => {
          foreign.length = 0;
          return provider.storage?.erase(origin) ?? false;
        },
      }),
    "leaves other credentials and all that is none as they were",
  ],
  [
    "loses one of two that are saved at the same time",
    (provider, { kept }) =>
      storageWith(provider, {
        save: async (origin, credential) => {
          const before = new Map(kept);
          await Promise.resolve();
          kept.clear();
          for (const [key, value] of before) kept.set(key, value);
          kept.set(origin, credential);
        },
      }),
    "loses none of many that are saved at the same time",
  ],
  [
    "saves after an abort",
    (provider, { kept }) =>
      storageWith(provider, { save: async (origin, credential) => void kept.set(origin, credential) }),
    "saves and erases nothing after an abort",
  ],
])("a provider that %s is caught", async (_, fault, name) => {
  expect(await failures(fault)).toContain(name);
});
