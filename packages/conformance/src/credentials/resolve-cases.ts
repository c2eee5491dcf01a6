import assert from "node:assert/strict";
import { BaleError } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type CredentialHarness, withProvider } from "./credential-harness.js";
import {
  assertCredential,
  assertInterrupted,
  failureOf,
  request,
  secretsOf,
  shown,
} from "./sample-credential.js";

/** Origins that look like another one without being it. */
function neighbours(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin);
  const at = (host: string, otherPort: string = port): string =>
    `${protocol}//${host}${otherPort === "" ? "" : `:${otherPort}`}`;
  const isName = !/^[0-9.]+$|^\[/.test(hostname);
  return [
    at(hostname, port === "8444" ? "8445" : "8444"),
    ...(isName
      ? [`${hostname}.evil.example`, `evil-${hostname}`, `evil.${hostname}`, `${hostname}x`].map((host) =>
          at(host),
        )
      : []),
    ...(isName && hostname.length > 1 ? [at(hostname.slice(1)), at(hostname.slice(0, -1))] : []),
  ].filter((each) => URL.canParse(each) && new URL(each).origin === each);
}

export function resolveCases({ describe, it }: TestApi, makeHarness: () => Promise<CredentialHarness>): void {
  describe("resolve", () => {
    it(
      "gives what the source holds, also the second time and from another provider of it",
      withProvider(makeHarness, async (provider, harness) => {
        for (const { request, credential } of harness.known) {
          assertCredential(await provider.resolve(request), credential);
          assertCredential(await provider.resolve(request), credential);
          assertCredential(await (await harness.open()).resolve(request), credential);
        }
      }),
    );

    it(
      "gives the same whatever is to be done there",
      withProvider(makeHarness, async (provider, { known }) => {
        for (const { request, credential } of known)
          for (const actions of [[], ["pull"], ["pull", "push"], ["delete"]] as const)
            assertCredential(await provider.resolve({ ...request, actions }), credential);
      }),
    );

    it(
      "has no answer for origins that it does not know",
      withProvider(makeHarness, async (provider, { known, answersAll }) => {
        for (const origin of ["https://nobody.invalid", "https://192.0.2.7:8443", "https://[2001:db8::7]"]) {
          const answer = await provider.resolve(request(origin, "acme/app"));
          if (answersAll) assertCredential(answer, known[0]?.credential);
          else assert.equal(answer, undefined, origin);
        }
      }),
    );

    it(
      "has no answer for another host or port, however much it looks like the one it knows",
      withProvider(makeHarness, async (provider, { known, answersAll }) => {
        if (answersAll) return;
        const mine = new Set(known.map(({ request }) => request.origin));
        for (const { request } of known)
          for (const origin of neighbours(request.origin).filter((each) => !mine.has(each)))
            assert.equal(shown(await provider.resolve({ ...request, origin })), undefined, origin);
      }),
    );

    it(
      "throws where it should have answered and cannot, and shows no secret",
      withProvider(makeHarness, async (_provider, harness) => {
        if (!harness.openBroken) return;
        const broken = await harness.openBroken();
        const error = await failureOf(broken.provider.resolve(broken.request));
        assert.ok(BaleError.is(error), `not a BaleError: ${String(error)}`);
        const text = JSON.stringify([
          error.message,
          error.why,
          error.fix,
          error.context,
          String(error.cause),
        ]);
        for (const { credential } of harness.known)
          for (const hidden of secretsOf(credential))
            assert.ok(!text.includes(hidden), "the error has a secret");
      }),
    );

    it(
      "ends when it is aborted, and says that it was",
      withProvider(makeHarness, async (_provider, harness) => {
        if (!harness.openStalled) return;
        const stalled = await harness.openStalled();
        const stop = new AbortController();
        const failing = failureOf(stalled.provider.resolve(stalled.request, { signal: stop.signal }));
        await stalled.started;
        stop.abort();
        assertInterrupted(await failing);
      }),
    );

    it(
      "after an abort gives the answer that it has at hand, or says that it was aborted",
      withProvider(makeHarness, async (provider, { known }) => {
        for (const { request, credential } of known) {
          const [outcome] = await Promise.allSettled([
            provider.resolve(request, { signal: AbortSignal.abort() }),
          ]);
          if (outcome.status === "fulfilled") assertCredential(outcome.value, credential);
          else assertInterrupted(outcome.reason);
          assertCredential(await provider.resolve(request), credential);
        }
      }),
    );

    it(
      "asks the source once for equal questions at the same time, where that is promised",
      withProvider(makeHarness, async (provider, { known, timesAsked }) => {
        const [first] = known;
        if (!timesAsked || !first) return;
        const before = await timesAsked();
        const all = await Promise.all(Array.from({ length: 10 }, () => provider.resolve(first.request)));
        for (const answer of all) assertCredential(answer, first.credential);
        assert.equal((await timesAsked()) - before, 1);
      }),
    );
  });
}
