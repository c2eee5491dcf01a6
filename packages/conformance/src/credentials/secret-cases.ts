import assert from "node:assert/strict";
import { format, inspect } from "node:util";
import type { TestApi } from "../test-api.js";
import { type CredentialHarness, withProvider } from "./credential-harness.js";
import { secretsOf } from "./sample-credential.js";

/** Everything that a log, a dump or a careless template would make of a value. */
function printed(value: unknown): string {
  return [
    String(value),
    `${value}`,
    JSON.stringify(value),
    JSON.stringify({ value: [value] }),
    inspect(value, { depth: null, showHidden: true }),
    inspect({ value: [value] }, { depth: null, showProxy: true }),
    format("%s %o %O %j", value, value, value, value),
  ].join("\n");
}

export function secretCases({ describe, it }: TestApi, makeHarness: () => Promise<CredentialHarness>): void {
  describe("secrets", () => {
    it(
      "are in nothing that a credential, a part of it or the provider prints",
      withProvider(makeHarness, async (provider, { known }) => {
        for (const { request } of known) {
          const credential = await provider.resolve(request);
          const parts = credential ? [credential, ...Object.values(credential)] : [];
          const text = [provider, ...parts].map(printed).join("\n");
          for (const hidden of secretsOf(credential))
            assert.ok(!text.includes(hidden), `a secret of ${request.origin} is printed`);
        }
      }),
    );
  });
}
