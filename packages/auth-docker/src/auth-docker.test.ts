import { anonymous } from "@bale/auth";
import { type ConfigSchema, type PluginContext, secret } from "@bale/spec";
import { expect, it } from "vitest";
import { authDocker } from "./auth-docker.js";
import { ask, base64, makeScene } from "./scene.testing.js";

const [docker] = authDocker().credentials ?? [];
const config = docker?.config as ConfigSchema<unknown>;

it.each([undefined, {}, { file: "/a.json" }])("the plugin takes the settings %j", (input) => {
  expect(config.parse(input)).toEqual({ ok: true, value: input ?? {} });
});

it.each<[unknown, readonly string[]]>([
  [null, []],
  ["x", []],
  [[], []],
  [{ file: "" }, ["file"]],
  [{ file: 5 }, ["file"]],
  [{ file: "/a", helper: "x" }, ["helper"]],
])("the plugin refuses the settings %j", (input, path) => {
  expect(config.parse(input)).toMatchObject({ ok: false, error: [{ path }] });
});

it("the plugin reads its host's environment, and warns through its host", async () => {
  using scene = makeScene();
  const logged: string[] = [];
  const context: PluginContext = {
    env: scene.options.env,
    credentials: anonymous(),
    http: { request: () => Promise.reject(new Error("not asked")), [Symbol.asyncDispose]: async () => {} },
    log: (level, message) => logged.push(`${level} ${message}`),
  };
  const file = scene.put("named.json", { auths: { "ghcr.io": { auth: base64("alice:pw") } } });
  const plugin = authDocker({ platform: "linux" });
  expect([plugin.name, plugin.credentials?.map(({ id }) => id)]).toEqual(["auth-docker", ["docker"]]);
  const provider = await plugin.credentials?.[0]?.open({ file }, context);
  if (!provider) throw new Error("the plugin opened nothing");
  expect(await ask(provider, "https://ghcr.io")).toBe("basic alice pw");
  await provider.storage?.save("https://quay.io", { kind: "identity-token", token: secret("t") });
  expect(scene.read("named.json")).toContain("quay.io");
  expect(logged).toEqual([
    expect.stringMatching(/^warn the credentials for quay\.io are stored unencrypted/),
  ]);
});
