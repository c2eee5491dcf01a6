import type { TestApi } from "../test-api.js";
import type { CredentialHarness } from "./credential-harness.js";
import { resolveCases } from "./resolve-cases.js";
import { secretCases } from "./secret-cases.js";
import { storageCases } from "./storage-cases.js";

/**
 * What every `CredentialProvider` must do, wherever its credentials are. `makeHarness` gives a source of its own for each test. The storage is
 * tested where the provider has one; the optional members of the harness add what only its author can bring about.
 *
 * @example
 * credentialProviderConformance({ describe, it }, async () => ({
 *   open: async () => staticCredentials({ origins: "https://ghcr.io", token: secret("t") }),
 *   known: [{ request: { origin: "https://ghcr.io", actions: ["pull"] }, credential: { kind: "bearer", token: secret("t") } }],
 *   [Symbol.asyncDispose]: async () => {},
 * }));
 */
export function credentialProviderConformance(
  api: TestApi,
  makeHarness: () => Promise<CredentialHarness>,
): void {
  api.describe("credential provider", () => {
    resolveCases(api, makeHarness);
    secretCases(api, makeHarness);
    storageCases(api, makeHarness);
  });
}
