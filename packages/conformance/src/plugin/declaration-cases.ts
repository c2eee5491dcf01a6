import assert from "node:assert/strict";
import { createPluginHost, pluginIssues } from "@bale/plugin-host";
import type { TestApi } from "../test-api.js";
import { countingClient, manifestOf, plugInto, pluginOf } from "./plugin-bed.js";
import { type PluginHarness, withPlugin } from "./plugin-harness.js";

const sorted = (list: readonly string[] = []): readonly string[] => [...list].sort();

export function declarationCases({ describe, it }: TestApi, makeHarness: () => Promise<PluginHarness>): void {
  describe("what it declares", () => {
    it(
      "is a plugin of this version of the contract, the same each time",
      withPlugin(makeHarness, async ({ exported }) => {
        const plugin = await pluginOf(exported);
        assert.deepEqual(pluginIssues(plugin), []);
        const again = await pluginOf(exported);
        const shape = (each: typeof plugin) => [
          each.name,
          each.blobs?.map(({ scheme }) => scheme),
          each.remotes?.map(({ scheme }) => scheme),
          each.credentials?.map(({ id, hosts }) => [id, hosts]),
        ];
        assert.deepEqual(shape(again), shape(plugin));
      }),
    );

    it(
      "is taken by a host without a request",
      withPlugin(makeHarness, async (harness) => {
        const { host, plugin, requests } = await plugInto(harness);
        assert.deepEqual(
          host.plugins().map(({ name }) => name),
          [plugin.name],
        );
        assert.equal(requests(), 0);
      }),
    );

    it(
      "stands in its package.json, so that it need not be loaded to be known",
      withPlugin(makeHarness, async (harness) => {
        const manifest = manifestOf(harness);
        if (!manifest) return;
        const plugin = await pluginOf(harness.exported);
        assert.equal(manifest.specVersion, plugin.specVersion);
        assert.deepEqual(sorted(manifest.blobs), sorted(plugin.blobs?.map(({ scheme }) => scheme)));
        assert.deepEqual(sorted(manifest.remotes), sorted(plugin.remotes?.map(({ scheme }) => scheme)));
        const hosts = (
          list: readonly { readonly id: string; readonly hosts?: readonly string[] | undefined }[] = [],
        ) => Object.fromEntries(list.map((each) => [each.id, each.hosts]));
        assert.deepEqual(hosts(manifest.credentials), hosts(plugin.credentials));
      }),
    );

    it(
      "is what it is loaded for, and not before",
      withPlugin(makeHarness, async (harness) => {
        const { stores = [], sources = [] } = harness;
        const manifest = manifestOf(harness);
        const plugin = await pluginOf(harness.exported);
        let loads = 0;
        const host = createPluginHost({
          env: harness.env ?? {},
          http: countingClient(harness.http).http,
          log: () => {},
        });
        host.use({
          name: plugin.name,
          manifest,
          load: async () => {
            loads += 1;
            return pluginOf(harness.exported);
          },
        });
        assert.equal(loads, 0);
        for (const { description } of stores) await host.trustOf(description);
        for (const { id, config } of sources) await host.openCredentials(id, config);
        assert.equal(loads, stores.length + sources.length === 0 ? 0 : 1);
      }),
    );
  });
}
