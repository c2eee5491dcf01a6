import { BaleError, type LazyPlugin, type PluginManifest } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { failureOf, helper, hostWith, plugin, recorder, remote, shelf } from "./sample-plugin.testing.js";

const description = { type: "shelf", place: "x" };
const MANIFEST: PluginManifest = { specVersion: 1, blobs: ["shelf"] };

/** A plugin whose code is loaded on demand, and how often it was. */
function lazy(name: string, manifest: PluginManifest | undefined, give: () => unknown) {
  const count = { loads: 0 };
  const value: LazyPlugin = {
    name,
    manifest,
    load: async () => {
      count.loads += 1;
      return give();
    },
  };
  return { value, count };
}
const shelves = () => plugin("shelves", { blobs: [shelf(recorder())] });

describe("a plugin with a manifest", () => {
  it("is listed without its code, which is loaded once, when something that it serves is needed", async () => {
    const one = lazy("@acme/shelves", MANIFEST, shelves);
    const host = hostWith(one.value, plugin("other", { remotes: [remote] }));
    expect(host.plugins()[0]).toEqual({
      name: "@acme/shelves",
      stores: ["shelf"],
      remotes: [],
      credentials: [],
      loaded: false,
      known: true,
    });
    await host.openRemote({ scheme: "registry", registry: "ghcr.io", repository: "acme/app" });
    await expect(host.trustOf({ type: "tape" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    expect(await host.credentialSources("https://ghcr.io")).toEqual([]);
    expect(one.count.loads).toBe(0);
    await Promise.all([host.trustOf(description), host.openStore(description)]);
    expect(one.count.loads).toBe(1);
    expect(host.plugins()[0]).toMatchObject({ loaded: true });
  });

  it("clashes with another before either is loaded", () => {
    const first = lazy("first", MANIFEST, shelves);
    const second = lazy("second", MANIFEST, shelves);
    expect(failureOf(() => hostWith(first.value, second.value))).toMatchObject({
      code: "PLUGIN_INVALID",
      context: { plugins: ["first", "second"] },
    });
    expect(failureOf(() => hostWith(shelves(), second.value))).toMatchObject({ code: "PLUGIN_INVALID" });
    expect([first.count.loads, second.count.loads]).toEqual([0, 0]);
  });

  it("must contribute what its manifest names; what it adds to that is not used", async () => {
    const missing = lazy("a", { ...MANIFEST, remotes: ["tape"] }, shelves);
    await expect(hostWith(missing.value).openStore(description)).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      message: expect.stringContaining("a does not contribute"),
      why: 'missing: references of the kind "tape"',
    });
    const more = lazy("b", MANIFEST, () =>
      plugin("b", { blobs: [shelf(recorder())], credentials: [helper] }),
    );
    const host = hostWith(more.value);
    await host.openStore(description);
    await expect(host.openCredentials("helper", {})).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("of a newer version of the contract is refused before it is loaded, with what is supported and what to do", () => {
    const newer = lazy("@acme/newer", { specVersion: 9 }, shelves);
    expect(failureOf(() => hostWith(newer.value))).toMatchObject({
      code: "PLUGIN_INVALID",
      message: "the plugin @acme/newer is for a newer bale",
      why: "it has specVersion 9, and this bale supports version 1",
      fix: expect.stringContaining("update bale"),
    });
    expect(newer.count.loads).toBe(0);
  });

  it("that cannot be loaded fails by its name, and is tried again", async () => {
    let broken = true;
    const one = lazy("@acme/shelves", MANIFEST, () => {
      if (broken) throw new SyntaxError("Unexpected token");
      return shelves();
    });
    const host = hostWith(one.value);
    await expect(host.openStore(description)).rejects.toMatchObject({
      code: "PLUGIN_FAILED",
      message: expect.stringContaining("@acme/shelves"),
      why: "Unexpected token",
    });
    broken = false;
    await host.openStore(description);
    expect(one.count.loads).toBe(2);
  });

  it("keeps the code of a BaleError that loading throws", async () => {
    const one = lazy("x", MANIFEST, () => {
      throw new BaleError({ code: "PLUGIN_INVALID", message: "not installed", fix: "install it" });
    });
    await expect(hostWith(one.value).openStore(description)).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      fix: "install it",
    });
  });
});

describe("a plugin without a manifest", () => {
  it("is loaded when something is wanted that no other plugin declares", async () => {
    const one = lazy("file.mjs", undefined, shelves);
    const host = hostWith(one.value, plugin("other", { remotes: [remote] }));
    expect(host.plugins()[0]).toMatchObject({ known: false, loaded: false, stores: [] });
    await host.openRemote({ scheme: "registry", registry: "ghcr.io", repository: "acme/app" });
    expect(one.count.loads).toBe(0);
    await host.openStore(description);
    expect(one.count.loads).toBe(1);
    expect(host.plugins()[0]).toMatchObject({ known: true, loaded: true, stores: ["shelf"] });
  });

  it("is loaded for a question about credentials, for it may know the host", async () => {
    const one = lazy("file.mjs", undefined, () => plugin("p", { credentials: [helper] }));
    expect(await hostWith(one.value).credentialSources("https://ghcr.io")).toEqual(["helper"]);
    expect(one.count.loads).toBe(1);
  });

  it("that claims what another serves is refused when it is loaded, and both are named", async () => {
    const one = lazy("file.mjs", undefined, shelves);
    const host = hostWith(shelves(), one.value);
    await host.openStore(description);
    await expect(host.load("file.mjs")).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      context: { plugins: ["shelves", "file.mjs"] },
    });
  });

  it("that is no plugin is PLUGIN_INVALID with the name by which it was asked for", async () => {
    const one = lazy("./own.mjs", undefined, () => ({ hello: 1 }));
    await expect(hostWith(one.value).openStore(description)).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      message: "./own.mjs is not a plugin that can be used",
    });
  });
});

it("where nobody serves what is wanted, the host's user may say why and what to do", async () => {
  const { createPluginHost } = await import("./plugin-host.js");
  const { http } = await import("./sample-plugin.testing.js");
  const host = createPluginHost({
    env: {},
    http,
    log: () => {},
    absent: ({ kind, key }) => ({ why: `${kind} ${key}`, fix: "npm install" }),
  });
  await expect(host.trustOf({ type: "tape" })).rejects.toMatchObject({
    why: "stores tape",
    fix: "npm install",
  });
});
