import assert from "node:assert/strict";
import type { CredentialRequest } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { codeOf, plugInto } from "./plugin-bed.js";
import { type PluginHarness, type SampleSource, withPlugin } from "./plugin-harness.js";

const NOBODY = "https://nobody.invalid";

export function sourceCases({ describe, it }: TestApi, makeHarness: () => Promise<PluginHarness>): void {
  const each = (test: (sample: SampleSource, harness: PluginHarness) => Promise<void>) =>
    withPlugin(makeHarness, async (harness) => {
      for (const sample of harness.sources ?? []) await test(sample, harness);
    });

  describe("a source of credentials", () => {
    it(
      "is opened without a request",
      each(async ({ id, config }, harness) => {
        const { host, requests } = await plugInto(harness);
        await host.openCredentials(id, config);
        await host.openCredentials(id, config);
        assert.equal(requests(), 0);
      }),
    );

    it(
      "refuses settings that are wrong, and survives any others",
      each(async ({ id, refused = [] }, harness) => {
        const { host } = await plugInto(harness);
        for (const wrong of refused)
          assert.equal(
            await codeOf(host.openCredentials(id, wrong)),
            "CONFIG_INVALID",
            JSON.stringify(wrong),
          );
        for (const odd of [undefined, null, 7, "", "x", [], {}, { unheardOf: 1 }]) {
          const code = await codeOf(host.openCredentials(id, odd));
          assert.ok(code === "nothing" || code === "CONFIG_INVALID", `${code} for ${JSON.stringify(odd)}`);
        }
      }),
    );

    it(
      "is asked for the hosts that it names, and answers nothing for others",
      each(async ({ id, config, origins }, harness) => {
        const { host, plugin } = await plugInto(harness);
        for (const origin of origins) assert.ok((await host.credentialSources(origin)).includes(id), origin);
        const source = plugin.credentials?.find((contribution) => contribution.id === id);
        if (source?.hosts) assert.ok(!(await host.credentialSources(NOBODY)).includes(id));
        const provider = await host.openCredentials(id, config);
        const request: CredentialRequest = { origin: NOBODY, actions: ["pull"] };
        assert.equal(await provider.resolve(request), undefined);
      }),
    );
  });
}
