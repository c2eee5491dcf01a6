import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BundlePath, DEFAULT_LAYER, parseBundlePath, parseDigest } from "@bale/spec";
import { EMPTY_USER_CONFIG, initWorkspace, openWorkspace, type StateEntry } from "@bale/workspace";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordingIo } from "../../test/in-process.js";
import { type FlagValue, flagsOf } from "../definition/flags.js";
import { readSettings } from "../settings/read-settings.js";
import type { Settings } from "../settings/settings.js";
import { absentPlugin } from "./absent-plugin.js";
import { pluginFolder, pluginPlaces } from "./plugin-places.js";
import { pluginRequests, userPlugins } from "./user-plugins.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "bale-plugins-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function file(path: string, text: string): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}
function install(place: string, name: string, bale?: unknown): void {
  const manifest = { name, version: "1.2.3", type: "module", exports: "./index.js", bale };
  file(`${place}/${name}/package.json`, JSON.stringify(manifest));
  file(
    `${place}/${name}/index.js`,
    `export default { specVersion: 1, name: ${JSON.stringify(`${name} of ${place}`)} };`,
  );
}
const USER = ".local/share/bale/plugins/node_modules";

interface Ask {
  readonly config?: readonly string[];
  readonly flags?: Readonly<Record<string, FlagValue>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}
async function requests({ config = [], flags = {}, env = {}, cwd = home }: Ask) {
  const { io } = recordingIo({ cwd: home, env });
  const read = await readSettings(flagsOf(new Map(Object.entries(flags))), io);
  const settings: Settings = {
    ...read,
    user: { config: { ...EMPTY_USER_CONFIG, plugins: config }, origins: new Map() },
  };
  return pluginRequests({ settings, io, cwd });
}
async function loaded(ask: Ask): Promise<readonly unknown[]> {
  const plugins = await userPlugins(await requests(ask));
  return Promise.all(
    plugins.map(async (plugin) => ((await plugin.load()) as { readonly name: string }).name),
  );
}
async function workspace(): Promise<string> {
  await initWorkspace({ directory: home });
  return home;
}

describe("plugins of the user", () => {
  it("are files beside the configuration or where the command works, as an object or a function", async () => {
    file(".config/bale/one.mjs", 'export default { specVersion: 1, name: "one" };');
    const two = file("two.mjs", 'export default () => ({ specVersion: 1, name: "two" });');
    file("here/three.mjs", 'export default async () => ({ specVersion: 1, name: "three" });');
    expect(
      await loaded({
        config: ["./one.mjs", two, "~/two.mjs"],
        flags: { plugin: ["./three.mjs"] },
        cwd: join(home, "here"),
      }),
    ).toEqual(["one", "two", "two", "three"]);
  });

  it("are packages: first the workspace's, then what is in the folder for plugins, and nothing from anywhere else", async () => {
    install(USER, "bale-a");
    install(USER, "bale-b");
    install("node_modules", "bale-b");
    install("here/node_modules", "bale-a");
    install("node_modules", "bale-c");
    const cwd = join(home, "here");
    expect(await loaded({ config: ["bale-a", "bale-b"], cwd })).toEqual([
      `bale-a of ${USER}`,
      `bale-b of ${USER}`,
    ]);
    await expect(loaded({ config: ["bale-c"], cwd: home })).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      message: "the plugin bale-c cannot be used",
      why: expect.stringContaining(join(home, USER)),
      fix: `npm install --prefix ${join(home, ".local/share/bale/plugins")} bale-c`,
    });
    await workspace();
    expect(await loaded({ config: ["bale-a", "bale-b", "bale-c"], cwd })).toEqual([
      `bale-a of ${USER}`,
      "bale-b of node_modules",
      "bale-c of node_modules",
    ]);
  });

  it("are described by their packages, so that nothing of them is loaded", async () => {
    install(USER, "@acme/bale-webdav", { specVersion: 1, blobs: ["webdav"] });
    file(`${USER}/@acme/bale-webdav/index.js`, 'throw new Error("loaded");');
    const [plugin] = await userPlugins(await requests({ config: ["@acme/bale-webdav"] }));
    expect(plugin).toMatchObject({
      name: "@acme/bale-webdav",
      manifest: { specVersion: 1, blobs: ["webdav"] },
    });
    await expect(plugin?.load()).rejects.toThrow("loaded");
  });

  it.each([
    ["plugin.mjs", /it is not installed/],
    ["dir/plugin.mjs", /neither the name of a package nor a path/],
    ["@acme", /neither the name of a package nor a path/],
    ["", /neither the name of a package nor a path/],
    ["..", /cannot be read as JSON/],
    ["a/../b", /neither the name of a package nor a path/],
    ["./absent.mjs", /there is no file/],
  ])("named %j are refused, whatever lies in the current folder", async (name, why) => {
    file("plugin.mjs", 'export default { specVersion: 1, name: "one" };');
    file("dir/plugin.mjs", 'export default { specVersion: 1, name: "one" };');
    await expect(loaded({ flags: { plugin: [name] } })).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      why: expect.stringMatching(why),
    });
  });

  it.each<[string, string, RegExp]>([
    ["package.json", "{", /cannot be read as JSON/],
    ["package.json", '{"bale": {"specVersion": "one"}}', /bale\.specVersion: is "one"/],
    ["package.json", '{"exports": {"./x": "./y.js"}}', /no file to import/],
    ["package.json", '{"main": "absent.js"}', /no file to import/],
  ])("whose %s is %s are refused", async (path, text, why) => {
    install(USER, "bale-a");
    file(`${USER}/bale-a/${path}`, text);
    await expect(loaded({ config: ["bale-a"] })).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      why: expect.stringMatching(why),
    });
  });

  it("that export nothing by default are refused when they are loaded", async () => {
    file("empty.mjs", "export const plugin = 1;");
    await expect(loaded({ flags: { plugin: ["./empty.mjs"] } })).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
    });
  });

  it("may be a folder with a package in it", async () => {
    install("own", "bale-a", { specVersion: 1, blobs: ["shelf"] });
    const [plugin] = await userPlugins(await requests({ flags: { plugin: ["./own/bale-a"] } }));
    expect(plugin).toMatchObject({ name: "./own/bale-a", manifest: { blobs: ["shelf"] } });
  });

  it.each([
    [{ "no-plugins": true as const }, {}, "--no-plugins"],
    [{}, { BALE_NO_PLUGINS: "1" }, "BALE_NO_PLUGINS"],
  ])("are left out with %j %j, and errors say so", async (flags, env, offBy) => {
    const asked = await requests({ config: ["bale-absent"], flags, env });
    expect(await userPlugins(asked)).toEqual([]);
    expect(absentPlugin(asked)({ kind: "stores", key: "webdav" })).toEqual({
      why: `${offBy} leaves out the plugins of your configuration: bale-absent`,
      fix: `run it without ${offBy}`,
    });
    await expect(requests({ flags: { ...flags, plugin: ["./x.mjs"] }, env })).rejects.toMatchObject({
      code: "USAGE",
    });
  });
});

describe("a project that asks for a plugin", () => {
  beforeEach(async () => {
    await workspace();
    file("bale.yaml", 'plugins: ["@acme/bale-webdav"]\n');
    install("node_modules", "@acme/bale-webdav");
  });

  it("loads nothing that the user has not allowed; the error has the line that would", async () => {
    const asked = await requests({ config: ["bale-a"] });
    expect(asked.requests).toMatchObject([
      { name: "bale-a", allowed: true },
      { name: "@acme/bale-webdav", allowed: false, requestedBy: ["bale.yaml"] },
    ]);
    expect(await userPlugins(await requests({}))).toEqual([]);
    expect(absentPlugin(asked)({ kind: "stores", key: "webdav" })).toEqual({
      why: expect.stringContaining("bale.yaml asks for @acme/bale-webdav, which you have not allowed"),
      fix: expect.stringContaining('config.yaml: plugins: ["bale-a","@acme/bale-webdav"]'),
    });
  });

  it("gets it once the user has named it, wherever", async () => {
    for (const ask of [{ config: ["@acme/bale-webdav"] }, { flags: { plugin: ["@acme/bale-webdav"] } }])
      expect(await loaded(ask)).toEqual(["@acme/bale-webdav of node_modules"]);
  });

  it("cannot name files", async () => {
    file("bale.yaml", "plugins: [./evil.mjs]\n");
    expect((await requests({})).requests).toEqual([]);
  });
});

describe("code that came with a bundle is never loaded, also where the user allows the plugin's name:", () => {
  let tracked: (readonly [BundlePath, StateEntry])[];
  const track = (path: string): void => {
    const digest = parseDigest(`sha256:${"0".repeat(64)}`);
    const base = { digest, size: 1, kind: "file", layer: DEFAULT_LAYER } as const;
    tracked.push([parseBundlePath(path), { tracked: true, base }]);
  };
  beforeEach(async () => {
    tracked = [];
    await workspace();
  });
  async function refused(): Promise<void> {
    await using opened = await openWorkspace(home, { lock: { command: "test" } });
    opened.replaceState({ ...opened.state, entries: new Map(tracked) });
    await opened.save();
    await expect(loaded({ config: ["bale-a"] })).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      message: "the plugin bale-a is not loaded from this workspace",
      why: expect.stringContaining("belongs to the bundle"),
    });
  }

  it("a tracked package", async () => {
    install("node_modules", "bale-a");
    track("node_modules/bale-a/index.js");
    await refused();
  });

  it("a package whose dependencies may be tracked", async () => {
    install("node_modules", "bale-a");
    track("sub/node_modules/other/index.js");
    await refused();
  });

  it("a link to a tracked folder", async () => {
    install("vendor", "bale-a");
    mkdirSync(join(home, "node_modules"));
    symlinkSync("../vendor/bale-a", join(home, "node_modules/bale-a"));
    track("vendor/bale-a/index.js");
    await refused();
  });
});

describe("the folder for plugins", () => {
  it("is where the XDG specification has data, or the local data of Windows", () => {
    const at = (env: Readonly<Record<string, string>>, platform: string): string =>
      pluginFolder({ env, home: "/home/a" }, platform);
    expect(at({}, "linux")).toBe("/home/a/.local/share/bale/plugins");
    expect(at({ XDG_DATA_HOME: "/data" }, "linux")).toBe("/data/bale/plugins");
    expect(at({ XDG_DATA_HOME: "relative" }, "linux")).toBe("/home/a/.local/share/bale/plugins");
    expect(at({ LOCALAPPDATA: "/local" }, "win32")).toBe("/local/bale/plugins");
    expect(at({ LOCALAPPDATA: "/local" }, "darwin")).toBe("/home/a/.local/share/bale/plugins");
  });

  it("comes last among the places, of which none is the current folder", () => {
    const kinds = pluginPlaces({ env: {}, home: "/home/a" }, "/home/a/work").map(({ kind }) => kind);
    expect(kinds[0]).toBe("project");
    expect(kinds.at(-1)).toBe("user");
    expect(kinds.slice(1, -1).every((kind) => kind === "bale")).toBe(true);
    expect(pluginPlaces({ env: {}, home: "/home/a" }, undefined)[0]?.kind).toBe("bale");
  });
});
