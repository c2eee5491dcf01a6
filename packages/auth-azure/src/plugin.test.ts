import { readFileSync } from "node:fs";
import type { ConfigSchema, PluginContext } from "@bale/spec";
import { cloud } from "@bale/tooling-cloud";
import { expect, test } from "vitest";
import authAzureDefault, { authAzure } from "./index.js";
import { at, azureReply, HOST, PRINCIPAL, STORAGE_HOST } from "./sample.testing.js";

test("the plugin contributes two sources, which take no settings", () => {
  const plugin = authAzure();
  expect(plugin).toMatchObject({ specVersion: 1, name: "@bale/auth-azure" });
  expect(plugin.credentials?.map(({ id }) => id)).toEqual(["acr", "azure-storage"]);
  const config = plugin.credentials?.[0]?.config as ConfigSchema<unknown> | undefined;
  expect(config?.parse(undefined)).toMatchObject({ ok: true });
  expect(config?.parse({ secret: "x" })).toMatchObject({ ok: false });
  // A plugin that the user's configuration names is what its package exports by default.
  expect(authAzureDefault).toBe(authAzure);
});

test("each source uses the context's environment and client", async () => {
  await using azure = await cloud(azureReply);
  const logged: unknown[] = [];
  const context: PluginContext = {
    env: PRINCIPAL,
    http: azure.http,
    credentials: { id: "none", resolve: async () => undefined },
    log: (...entry) => logged.push(entry),
  };
  const provider = await authAzure().credentials?.[0]?.open(undefined, context);
  expect(await provider?.resolve(at(HOST))).toMatchObject({ kind: "identity-token" });
  const storage = await authAzure().credentials?.[1]?.open(undefined, context);
  expect(await storage?.resolve(at(STORAGE_HOST))).toMatchObject({ kind: "bearer" });
  expect(logged).toHaveLength(2);
  expect(JSON.stringify(logged)).not.toContain("s3cr3t");
});

test("the package says of the plugin what it contributes, so that it need not be loaded", () => {
  const { bale } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly bale: unknown;
  };
  const credentials = (authAzure().credentials ?? []).map(({ id, hosts }) => ({ id, hosts }));
  expect(bale).toEqual({ specVersion: 1, credentials });
});
