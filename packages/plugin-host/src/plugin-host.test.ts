import {
  BaleError,
  type BlobContribution,
  type ConfigIssue,
  type CredentialRequest,
  type PluginContext,
} from "@bale/spec";
import { describe, expect, it } from "vitest";
import { createPluginHost, type PluginHost } from "./plugin-host.js";
import {
  driver,
  failureOf,
  helper,
  hostWith,
  http,
  plugin,
  provider,
  recorder,
  remote,
  repository,
  shelf,
} from "./sample-plugin.testing.js";

describe("using a plugin", () => {
  it("runs nothing of it, and lists what it contributes", () => {
    const seen = recorder();
    const host = hostWith(
      plugin("a", { blobs: [shelf(seen)], remotes: [remote], credentials: [helper] }),
      plugin("b", {}),
    );
    expect(host.plugins()).toEqual([
      {
        name: "a",
        stores: ["shelf"],
        remotes: ["registry"],
        credentials: ["helper"],
        loaded: true,
        known: true,
      },
      { name: "b", stores: [], remotes: [], credentials: [], loaded: true, known: true },
    ]);
    expect(seen.calls).toEqual([]);
  });

  it("names the plugin and every issue when it is none", () => {
    const error = failureOf(() => hostWith({ specVersion: "2", name: "odd", blobs: [{}] }));
    expect(error).toMatchObject({
      code: "PLUGIN_INVALID",
      message: expect.stringContaining("odd"),
      why: 'specVersion: is "2"; this bale supports 1\nblobs[0]: has no valid scheme',
      context: { plugin: "odd" },
    });
  });

  it.each([undefined, null, 7, "text", {}, { name: 7 }, { name: Symbol("x"), specVersion: 1n }, []])(
    "refuses %o with PLUGIN_INVALID, whatever it is",
    (value) => {
      expect(failureOf(() => hostWith(value))).toMatchObject({ code: "PLUGIN_INVALID" });
    },
  );

  it.each([
    ["store type", { blobs: [shelf(recorder())] }],
    ["remote scheme", { remotes: [remote] }],
    ["credential source", { credentials: [helper] }],
  ])("names both plugins that claim one %s", (what, members) => {
    expect(failureOf(() => hostWith(plugin("first", members), plugin("second", members)))).toMatchObject({
      code: "PLUGIN_INVALID",
      message: expect.stringContaining(what),
      context: { plugins: ["first", "second"] },
    });
  });

  it("takes all of a plugin or nothing", async () => {
    const seen = recorder();
    const host = hostWith(plugin("first", { remotes: [remote] }));
    const second = plugin("second", { blobs: [shelf(seen)], remotes: [remote] });
    expect(failureOf(() => host.use(second))).toMatchObject({ code: "PLUGIN_INVALID" });
    expect(host.plugins().map(({ name }) => name)).toEqual(["first"]);
    await expect(host.trustOf({ type: "shelf", place: "x" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    host.use(plugin("third", { blobs: [shelf(seen)] }));
    expect(await host.openStore({ type: "shelf", place: "x" })).toMatchObject({ scheme: driver.scheme });
  });

  it("refuses one that contributes a scheme twice", () => {
    const seen = recorder();
    expect(failureOf(() => hostWith(plugin("twice", { blobs: [shelf(seen), shelf(seen)] })))).toMatchObject({
      code: "PLUGIN_INVALID",
    });
  });
});

describe("a store", () => {
  it("is UNSUPPORTED without a plugin for its type, and the error says which types there are", async () => {
    const host = hostWith(plugin("a", { blobs: [shelf(recorder())] }));
    const wanted = { type: "tape", place: "x" };
    for (const call of [host.trustOf, host.describeStore])
      await expect(call(wanted)).rejects.toMatchObject({ code: "UNSUPPORTED", why: "there are: shelf" });
    await expect(host.openStore(wanted)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(hostWith().openStore({ type: "constructor" })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      why: "there are: none",
    });
  });

  it("is checked by its grammar before anything else of the plugin runs", async () => {
    const seen = recorder();
    const host = hostWith(plugin("a", { blobs: [shelf(seen)] }));
    const wrong = { type: "shelf", place: 7 };
    for (const call of [host.trustOf, host.describeStore])
      await expect(call(wrong)).rejects.toMatchObject({ code: "CONFIG_INVALID", why: "place: is no text" });
    await expect(host.openStore(wrong)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    await expect(host.markUser(wrong, driver, "u")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    expect(new Set(seen.calls)).toEqual(new Set(["parse"]));
  });

  it("lets each question run only what it needs", async () => {
    const description = { type: "shelf", place: "x" };
    const ran = async (ask: (host: PluginHost) => unknown) => {
      const seen = recorder();
      await ask(hostWith(plugin("a", { blobs: [shelf(seen)] })));
      return seen.calls;
    };
    expect(await ran((host) => host.trustOf(description))).toEqual(["parse", "trust"]);
    expect(await ran((host) => host.describeStore(description))).toEqual(["parse", "describe"]);
    expect(await ran((host) => host.openStore(description))).toEqual(["parse", "open"]);
    expect(await ran((host) => host.markUser(description, driver, "u"))).toEqual(["parse"]);
  });

  it("keeps its type in its description, whatever the plugin says", async () => {
    const host = hostWith(plugin("a", { blobs: [shelf(recorder())] }));
    expect(await host.describeStore({ type: "shelf", place: "x" })).toEqual({ type: "shelf", place: "x" });
  });

  it("gets its user's name written by the plugin", async () => {
    const users: unknown[] = [];
    const marking = shelf(recorder(), { markUser: async (...call) => void users.push(call) });
    await hostWith(plugin("a", { blobs: [marking] })).markUser(
      { type: "shelf", place: "x" },
      driver,
      "ghcr.io/acme/app",
    );
    expect(users).toEqual([[driver, "ghcr.io/acme/app"]]);
  });
});

describe("a failure of a plugin", () => {
  const boom = (): never => {
    throw new TypeError("not a function");
  };
  const own = new BaleError({ code: "STORE_DENIED", message: "no" });
  const description = { type: "shelf", place: "x" };
  const faults: readonly (readonly [string, Partial<BlobContribution>, (host: PluginHost) => unknown])[] = [
    ["open", { open: boom }, (host) => host.openStore(description)],
    [
      "open, later",
      { open: () => Promise.reject(new TypeError("later")) },
      (host) => host.openStore(description),
    ],
    ["trust", { trust: boom }, async (host) => host.trustOf(description)],
    ["describe", { describe: boom }, async (host) => host.describeStore(description)],
    ["parse", { config: { parse: boom } }, async (host) => host.trustOf(description)],
    ["markUser", { markUser: boom }, (host) => host.markUser(description, driver, "u")],
    ["a thrown text", { open: () => Promise.reject("just text") }, (host) => host.openStore(description)],
  ];
  it.each(faults)("in %s is PLUGIN_FAILED and names the plugin", async (_name, changes, ask) => {
    const host = hostWith(plugin("acme-shelf", { blobs: [shelf(recorder(), changes)] }));
    await expect(ask(host)).rejects.toMatchObject({
      code: "PLUGIN_FAILED",
      message: expect.stringContaining("acme-shelf"),
      context: { plugin: "acme-shelf" },
    });
  });

  it("that its driver knows comes out as its own cause, also where a user is marked or listed", async () => {
    const full = Object.assign(new Error("disk full"), { code: "ENOSPC" });
    const refuse = () => Promise.reject(full);
    const listUsers = () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) });
    const host = hostWith(plugin("a", { blobs: [shelf(recorder(), { markUser: refuse, listUsers })] }));
    for (const asked of [host.markUser(description, driver, "u"), host.listUsers(description, driver)])
      await expect(asked).rejects.toMatchObject({ message: "disk full", code: "ENOSPC" });
  });

  it("that is a BaleError stays what it is", async () => {
    const host = hostWith(plugin("a", { blobs: [shelf(recorder(), { open: () => Promise.reject(own) })] }));
    await expect(host.openStore(description)).rejects.toMatchObject({
      code: own.code,
      message: own.message,
    });
  });

  it("of a remote or a credential source is reported alike", async () => {
    const host = hostWith(
      plugin("a", { remotes: [{ ...remote, open: boom }], credentials: [{ ...helper, open: boom }] }),
    );
    const location = { scheme: "registry", registry: "ghcr.io", repository: "acme/app" };
    await expect(host.openRemote(location)).rejects.toMatchObject({ code: "PLUGIN_FAILED" });
    await expect(host.openCredentials("helper", {})).rejects.toMatchObject({ code: "PLUGIN_FAILED" });
  });
});

describe("remotes and credential sources", () => {
  it("are UNSUPPORTED when nobody contributes them", async () => {
    const host = hostWith(plugin("a", { remotes: [remote] }));
    await expect(host.openRemote({ scheme: "oci", registry: "oci", repository: "d" })).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
    await expect(host.openCredentials("helper", {})).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("are opened with what was asked for", async () => {
    const opened: unknown[] = [];
    const opening = async <Value>(what: unknown, value: Value): Promise<Value> => {
      opened.push(what);
      return value;
    };
    const host = hostWith(
      plugin("a", {
        remotes: [{ scheme: "registry", open: (location) => opening(location, repository) }],
        credentials: [{ ...helper, open: (config) => opening(config, provider) }],
      }),
    );
    const location = { scheme: "registry", registry: "ghcr.io", repository: "acme/app" };
    await host.openRemote(location);
    expect(await host.openCredentials("helper", { profile: "p" })).toMatchObject({ id: provider.id });
    expect(opened).toEqual([location, { profile: "p" }]);
  });

  it("have their configuration checked first", async () => {
    const issues: readonly ConfigIssue[] = [{ path: ["accounts", 1, "name"], message: "is missing" }];
    const picky = { ...helper, config: { parse: () => ({ ok: false as const, error: issues }) } };
    await expect(
      hostWith(plugin("a", { credentials: [picky] })).openCredentials("helper", {}),
    ).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      why: "accounts[1].name: is missing",
    });
  });
});

describe("what a plugin may reach", () => {
  const request = (origin: string): CredentialRequest => ({ origin, actions: ["pull"] });

  it("is the environment, the client and the log that the host was given", async () => {
    const seen = recorder();
    await hostWith(plugin("a", { blobs: [shelf(seen)] })).openStore({ type: "shelf", place: "x" });
    expect(seen.contexts[0]).toMatchObject({ env: { HOME: "/h" }, http });
  });

  it("are credentials for the origins in its own configuration, and for no other", async () => {
    const seen = recorder();
    const host = hostWith(plugin("a", { blobs: [shelf(seen)] }));
    await host.openStore({
      type: "shelf",
      place: "x",
      endpoint: "https://s3.acme.example:9000/bucket",
      registry: "ghcr.io",
    });
    const { credentials } = seen.contexts[0] as PluginContext;
    for (const origin of ["https://s3.acme.example:9000", "https://ghcr.io"])
      expect(await credentials.resolve(request(origin))).toMatchObject({ kind: "bearer" });
    for (const origin of [
      "https://s3.acme.example",
      "http://s3.acme.example:9000",
      "https://ghcr.io.evil.example",
      "https://evil.example",
    ])
      expect(await credentials.resolve(request(origin))).toBeUndefined();
  });

  it("are none where the host has none", async () => {
    const seen = recorder();
    const host = createPluginHost({ env: {}, http, log: () => {} });
    host.use(plugin("a", { blobs: [shelf(seen)] }));
    await host.openStore({ type: "shelf", place: "x", endpoint: "https://acme.example" });
    expect(await seen.contexts[0]?.credentials.resolve(request("https://acme.example"))).toBeUndefined();
  });
});
