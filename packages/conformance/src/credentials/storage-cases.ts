import assert from "node:assert/strict";
import { type Credential, type CredentialProvider, type CredentialStorage, secret } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type CredentialHarness, withProvider } from "./credential-harness.js";
import { assertCredential, assertInterrupted, basic, failureOf, request } from "./sample-credential.js";

const HERE = "https://saved.example";
const PORT = "https://saved.example:5000";

const SAMPLES: readonly Credential[] = [
  basic("alice", "correct horse"),
  basic("_json_key", '{"key": "a:b", "more": "\\\\"}'),
  basic("älice", ":начало и конец:"),
  { kind: "identity-token", token: secret("eyJ0.an/identity+token==") },
];

function withStorage(
  makeHarness: () => Promise<CredentialHarness>,
  test: (
    storage: CredentialStorage,
    provider: CredentialProvider,
    harness: CredentialHarness,
  ) => Promise<void>,
): () => Promise<void> {
  return withProvider(makeHarness, async (provider, harness) => {
    if (provider.storage) await test(provider.storage, provider, harness);
  });
}

/** Only where the provider has a storage; without one there is nothing to ask. */
export function storageCases({ describe, it }: TestApi, makeHarness: () => Promise<CredentialHarness>): void {
  describe("storage", () => {
    it(
      "keeps what is saved, for that origin alone, until it is erased",
      withStorage(makeHarness, async (storage, provider, { open }) => {
        for (const credential of SAMPLES) {
          await storage.save(HERE, credential);
          assertCredential(await provider.resolve(request(HERE)), credential);
          assertCredential(await provider.resolve(request(HERE, "acme/app")), credential);
          assertCredential(await (await open()).resolve(request(HERE)), credential);
          assert.equal(await provider.resolve(request(PORT)), undefined);
          assert.equal(await provider.resolve(request(`${HERE}.evil.invalid`)), undefined);
        }
        assert.equal(await storage.erase(HERE), true);
        assert.equal(await provider.resolve(request(HERE)), undefined);
        assert.equal(await (await open()).resolve(request(HERE)), undefined);
      }),
    );

    it(
      "erases again, or what was never there, without harm",
      withStorage(makeHarness, async (storage, provider) => {
        assert.equal(await storage.erase(HERE), false);
        await storage.save(HERE, basic("alice", "pw"));
        assert.equal(await storage.erase(PORT), false);
        assertCredential(await provider.resolve(request(HERE)), basic("alice", "pw"));
        assert.equal(await storage.erase(HERE), true);
        assert.equal(await storage.erase(HERE), false);
      }),
    );

    it(
      "leaves other credentials and all that is none as they were",
      withStorage(makeHarness, async (storage, provider, { known, foreignContent }) => {
        const before = await foreignContent?.();
        await storage.save(HERE, basic("alice", "pw"));
        await storage.save(HERE, basic("alice", "other"));
        assert.deepEqual(await foreignContent?.(), before);
        await storage.erase(HERE);
        assert.deepEqual(await foreignContent?.(), before);
        for (const { request, credential } of known)
          assertCredential(await provider.resolve(request), credential);
      }),
    );

    it(
      "loses none of many that are saved at the same time",
      withStorage(makeHarness, async (storage, _provider, { open }) => {
        const users = ["a", "b", "c", "d", "e"];
        await Promise.all(
          users.map((user) => storage.save(`https://${user}.saved.example`, basic(user, "pw"))),
        );
        const later = await open();
        for (const user of users)
          assertCredential(await later.resolve(request(`https://${user}.saved.example`)), basic(user, "pw"));
      }),
    );

    it(
      "saves and erases nothing after an abort",
      withStorage(makeHarness, async (storage, provider) => {
        const signal = AbortSignal.abort();
        await storage.save(HERE, basic("alice", "pw"));
        assertInterrupted(await failureOf(storage.save(HERE, basic("bob", "pw"), { signal })));
        assertInterrupted(await failureOf(storage.erase(HERE, { signal })));
        assertCredential(await provider.resolve(request(HERE)), basic("alice", "pw"));
      }),
    );
  });
}
