import { readFileSync } from "node:fs";
import type { ConfigSchema, PluginContext } from "@bale/spec";
import { cloud } from "@bale/tooling-cloud";
import { expect, test } from "vitest";
import authAwsDefault, { authAws } from "./index.js";
import { at, KEYS, PRIVATE_HOST, tokenReply } from "./sample.testing.js";

test("the plugin contributes one source, which can be listed before any of it runs", async () => {
  const plugin = authAws();
  expect(plugin).toMatchObject({ specVersion: 1, name: "@bale/auth-aws" });
  expect(plugin.credentials?.map(({ id }) => id)).toEqual(["ecr"]);
  expect(plugin.blobs ?? plugin.remotes).toBeUndefined();
  // A plugin that the user's configuration names is what its package exports by default.
  expect(authAwsDefault).toBe(authAws);
});

test("the source uses the context's environment and client", async () => {
  await using aws = await cloud((asked) => ({ ...tokenReply(asked) }));
  const logged: unknown[] = [];
  const context: PluginContext = {
    env: KEYS,
    http: aws.http,
    credentials: { id: "none", resolve: async () => undefined },
    log: (...entry) => logged.push(entry),
  };
  const provider = await authAws().credentials?.[0]?.open({}, context);
  expect(await provider?.resolve(at(PRIVATE_HOST))).toMatchObject({ username: "AWS" });
  expect(logged).toHaveLength(1);
  expect(JSON.stringify(logged)).not.toContain("s3cr3t");
});

test("the configuration takes a profile and nothing else", () => {
  const config = authAws().credentials?.[0]?.config as ConfigSchema<unknown> | undefined;
  expect(config?.parse(undefined)).toEqual({ ok: true, value: {} });
  expect(config?.parse({})).toEqual({ ok: true, value: {} });
  expect(config?.parse({ profile: "work" })).toEqual({ ok: true, value: { profile: "work" } });
  for (const input of [
    null,
    [],
    "work",
    { profile: 7 },
    { profile: "" },
    { profile: "a\u001b[31m" },
    { region: "x" },
  ])
    expect(config?.parse(input)).toMatchObject({ ok: false });
});

test("the package says of the plugin what it contributes, so that it need not be loaded", () => {
  const { bale } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly bale: unknown;
  };
  const [source] = authAws().credentials ?? [];
  expect(bale).toEqual({ specVersion: 1, credentials: [{ id: source?.id, hosts: source?.hosts }] });
});
