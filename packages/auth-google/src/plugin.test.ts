import { readFileSync } from "node:fs";
import type { ConfigSchema, PluginContext } from "@bale/spec";
import { cloud } from "@bale/tooling-cloud";
import { expect, test } from "vitest";
import authGoogleDefault, { authGoogle } from "./index.js";
import { at, folderWith, HOST, SERVICE_ACCOUNT, tokenReply } from "./sample.testing.js";

test("the plugin contributes two sources, which take no settings", () => {
  const plugin = authGoogle();
  expect(plugin).toMatchObject({ specVersion: 1, name: "@bale/auth-google" });
  expect(plugin.credentials?.map(({ id }) => id)).toEqual(["google", "google-storage"]);
  const config = plugin.credentials?.[0]?.config as ConfigSchema<unknown> | undefined;
  expect(config?.parse(undefined)).toMatchObject({ ok: true });
  expect(config?.parse({ key: "x" })).toMatchObject({ ok: false });
  // A plugin that the user's configuration names is what its package exports by default.
  expect(authGoogleDefault).toBe(authGoogle);
});

test("each source uses the context's environment and client", async () => {
  await using folder = await folderWith("key.json", SERVICE_ACCOUNT);
  await using google = await cloud(tokenReply);
  const logged: unknown[] = [];
  const context: PluginContext = {
    env: { GOOGLE_APPLICATION_CREDENTIALS: folder.file },
    http: google.http,
    credentials: { id: "none", resolve: async () => undefined },
    log: (...entry) => logged.push(entry),
  };
  const provider = await authGoogle().credentials?.[0]?.open(undefined, context);
  expect(await provider?.resolve(at(HOST))).toMatchObject({ username: "oauth2accesstoken" });
  const storage = await authGoogle().credentials?.[1]?.open(undefined, context);
  expect(await storage?.resolve(at("storage.googleapis.com"))).toMatchObject({ kind: "bearer" });
  expect(logged).toHaveLength(2);
  expect(JSON.stringify(logged)).not.toContain("s3cr3t");
});

test("the package says of the plugin what it contributes, so that it need not be loaded", () => {
  const { bale } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly bale: unknown;
  };
  const credentials = (authGoogle().credentials ?? []).map(({ id, hosts }) => ({ id, hosts }));
  expect(bale).toEqual({ specVersion: 1, credentials });
});
