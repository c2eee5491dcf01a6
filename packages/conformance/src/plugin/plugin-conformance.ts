import type { TestApi } from "../test-api.js";
import { declarationCases } from "./declaration-cases.js";
import type { PluginHarness } from "./plugin-harness.js";
import { sourceCases } from "./source-cases.js";
import { storeCases } from "./store-cases.js";

/**
 * What every plugin must do, whatever it contributes. It is used by the host that bale itself has, so that what passes here works there. The drivers,
 * repositories and sources that it opens have suites of their own.
 *
 * @example
 * pluginConformance({ describe, it }, async () => ({
 *   exported: storageShelf,
 *   manifest: JSON.parse(await readFile("package.json", "utf8")).bale,
 *   stores: [{
 *     description: { type: "shelf", folder: "/mnt/shelf" },
 *     trust: { kind: "needs-consent", line: "shelf:/mnt/shelf" },
 *     refused: [{ type: "shelf" }],
 *   }],
 *   [Symbol.asyncDispose]: async () => {},
 * }));
 */
export function pluginConformance(api: TestApi, makeHarness: () => Promise<PluginHarness>): void {
  api.describe("plugin", () => {
    declarationCases(api, makeHarness);
    storeCases(api, makeHarness);
    sourceCases(api, makeHarness);
  });
}
