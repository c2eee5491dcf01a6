import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BundleResult, bale } from "./bundle.js";
import { runInProcess } from "./in-process.js";
import { checkDocument } from "./schemas/check-document.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(async () => {
  await registry.close();
});

const PLUGINS = ".local/share/bale/plugins/node_modules";
/** A store in a folder, as a third party would write it, without any package. `FAULT` breaks it in one way. */
const SHELF = String.raw`
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
appendFileSync(process.env.LOADED_FILE ?? "/dev/null", "shelf\n");
const fault = process.env.FAULT;
const broken = {
  throws: () => { throw new Error("the shelf broke"); },
  secret: () => { throw new Error("refused " + process.env.SHELF_TOKEN); },
  rubbish: () => "done",
  nothing: () => undefined,
  late: async () => { await new Promise((resolve) => setTimeout(resolve, 50)); throw { not: "an error" }; },
  thorny: () => { throw new Proxy({}, { get() { throw new Error("do not touch"); } }); },
};
const driver = (folder) => ({
  scheme: "shelf",
  limits: {},
  verifiesDigest: false,
  locate: (digest) => "shelf:" + digest.slice(7),
  stat: async (locator) => {
    if (fault === "stat") broken.throws();
    const file = folder + "/" + locator.slice(6);
    return existsSync(file) ? { size: statSync(file).size } : undefined;
  },
  read: async function* (locator) {
    yield new Uint8Array(readFileSync(folder + "/" + locator.slice(6)));
  },
  write: async (locator, source) => {
    if (fault in broken) return broken[fault]();
    const parts = [];
    for await (const chunk of source.open()) parts.push(chunk);
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + "/" + locator.slice(6), Buffer.concat(parts));
    return "created";
  },
  classify: () => undefined,
  [Symbol.asyncDispose]: async () => {},
});
export default () => {
  if (fault === "factory") broken.throws();
  return {
    specVersion: 1,
    name: "shelf",
    blobs: [{
      scheme: "shelf",
      config: { parse: (input) => typeof input.folder === "string" ? { ok: true, value: input } : { ok: false, error: [{ path: ["folder"], message: "must be text" }] } },
      open: async ({ folder }) => driver(folder),
      trust: ({ folder }) => ({ kind: "needs-consent", line: "shelf:" + folder }),
      describe: ({ folder }) => ({ folder }),
    }],
  };
};
`;

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

function install(place: string, bale: unknown = { specVersion: 1, blobs: ["shelf"] }): void {
  const manifest = {
    name: "@acme/bale-shelf",
    version: "1.2.3",
    type: "module",
    exports: "./index.js",
    bale,
  };
  writeFiles(home, {
    [`${place}/@acme/bale-shelf/package.json`]: JSON.stringify(manifest),
    [`${place}/@acme/bale-shelf/index.js`]: SHELF,
  });
}
function configure(...plugins: readonly string[]): void {
  writeFiles(home, {
    ".config/bale/config.yaml": `plugins: ${JSON.stringify(plugins)}\ntrustedStores: [${JSON.stringify(`shelf:${join(home, "shelf")}`)}]\n`,
  });
}
async function project(extra = ""): Promise<string> {
  const root = join(home, "work");
  const store = { type: "shelf", folder: join(home, "shelf") };
  writeFiles(home, {
    "work/bale.yaml": `${extra}storage:\n  stores: { far: ${JSON.stringify(store)} }\n  rules: [{ match: "*.bin", store: far }]\n`,
    "work/a.bin": "far away\n".repeat(1000),
    "work/b.txt": "near\n",
  });
  for (const args of [["init"], ["add", "."]]) expect(await run(root, args)).toMatchObject({ exit: 0 });
  return root;
}
function run(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<BundleResult> {
  return bale(args, { cwd, env: { HOME: home, ...env } });
}
const reference = (): string => `${registry.host}/acme/shelf-${Math.random().toString(36).slice(2)}:v1`;

describe("a store of a plugin", () => {
  it("takes blobs and gives them back, found in the folder for plugins", async () => {
    install(PLUGINS);
    configure("@acme/bale-shelf");
    const root = await project();
    const target = reference();
    expect(await run(root, ["push", target])).toMatchObject({ exit: 0 });
    expect(await run(home, ["clone", target, "copy"])).toMatchObject({ exit: 0 });
    expect(readFileSync(join(home, "copy/a.bin"), "utf8")).toBe("far away\n".repeat(1000));
    // What a clone brings is no word of the user's: without the plugin there is an error that says what is missing.
    expect(await run(home, ["clone", target, "other", "--no-plugins"])).toMatchObject({
      exit: 10,
      stderr: expect.stringContaining(
        "--no-plugins leaves out the plugins of your configuration: @acme/bale-shelf",
      ),
    });
  });

  it("may come from a file or a folder that the command line names, or from the workspace's node_modules", async () => {
    install("work/node_modules");
    configure();
    const root = await project('plugins: ["@acme/bale-shelf"]\n');
    writeFiles(home, { "shelf.mjs": SHELF });
    for (const plugin of ["../shelf.mjs", "./node_modules/@acme/bale-shelf", "@acme/bale-shelf"])
      expect(await run(root, ["push", reference(), "--plugin", plugin])).toMatchObject({ exit: 0 });
    const refused = await run(root, ["push", reference()]);
    expect(refused.exit).toBe(10);
    expect(refused.stderr).toContain("bale.yaml asks for @acme/bale-shelf, which you have not allowed");
    expect(refused.stderr).toContain('config.yaml: plugins: ["@acme/bale-shelf"]');
    configure("@acme/bale-shelf");
    expect(await run(root, ["push", reference()])).toMatchObject({ exit: 0 });
  });

  it.each<[string, number, RegExp]>([
    [
      "throws",
      1,
      /the plugin @acme\/bale-shelf failed while writing to a store of type "shelf" \[PLUGIN_FAILED\]\n {2}why: {2}the shelf broke/,
    ],
    ["secret", 1, /why: {2}refused \[hidden\]/],
    ["rubbish", 1, /PLUGIN_FAILED/],
    ["nothing", 1, /PLUGIN_FAILED/],
    ["late", 1, /the plugin @acme\/bale-shelf failed/],
    ["thorny", 1, /the plugin @acme\/bale-shelf failed/],
    ["stat", 1, /the plugin @acme\/bale-shelf failed while looking into/],
    ["factory", 1, /the plugin @acme\/bale-shelf failed while it was loaded/],
  ])("that %s stops a push with its name, and changes no state", async (fault, exit, words) => {
    install(PLUGINS);
    configure("@acme/bale-shelf");
    const root = await project();
    const target = reference();
    const state = (): string => readFileSync(join(root, ".bale/state"), "utf8");
    const before = state();
    const env = { FAULT: fault, SHELF_TOKEN: "canary-0123456789" };
    const pushed = await run(root, ["push", "-u", target, "--debug"], env);
    expect(pushed).toMatchObject({ exit, stdout: "" });
    expect(pushed.stderr).toMatch(words);
    expect(pushed.stderr).not.toContain("canary-0123456789");
    expect(state()).toBe(before);
    expect(await run(root, ["show", target])).toMatchObject({ exit: 3 });
    // Nothing is left that keeps the next push from working.
    expect(await run(root, ["push", "-u", target])).toMatchObject({ exit: 0 });
  });
});

describe("a source of credentials of a plugin", () => {
  const WORD = "s3cret-w0rd-of-alice";
  const source = (hosts: string): string => `
import { appendFileSync } from "node:fs";
export default {
  specVersion: 1,
  name: "vault",
  credentials: [{
    id: "vault",
    hosts: ${hosts},
    config: { parse: (input) => ({ ok: true, value: input }) },
    open: async (config) => ({
      id: "vault",
      resolve: async ({ origin }) => {
        appendFileSync(process.env.ASKED_FILE, JSON.stringify([origin, config]) + "\\n");
        if (process.env.FAULT) throw new Error("sealed with ${WORD}");
        return { kind: "basic", username: "alice", password: { reveal: () => "${WORD}" } };
      },
    }),
  }],
};
`;
  let closed: TestRegistry;
  beforeAll(async () => {
    closed = await startTestRegistry({ auth: { scheme: "bearer", users: { alice: WORD } } });
  });
  afterAll(() => closed.close());
  const ping = async (plugin: string, env: Readonly<Record<string, string>> = {}) => {
    writeFiles(home, { "vault.mjs": source(plugin), "asked.txt": "" });
    const asked = join(home, "asked.txt");
    const args = ["registry", "ping", closed.host, "--plugin", "./vault.mjs", "--json", "--debug"];
    const result = await run(home, args, { ASKED_FILE: asked, ...env });
    expect(result.stdout + result.stderr).not.toContain(WORD);
    return { ...result, asked: readFileSync(asked, "utf8").trim() };
  };

  it("signs in where nothing else knows the registry, and is asked for its hosts alone", async () => {
    const hostname = closed.host.replace(/:.*/, "");
    const known = await ping(JSON.stringify([hostname]));
    expect(JSON.parse(known.stdout)).toMatchObject({ authenticated: true });
    expect(JSON.parse(known.asked.split("\n")[0] ?? "")).toEqual([`http://${closed.host}`, {}]);
    const other = await ping('["*.acme.example"]');
    expect(other.asked).toBe("");
    expect(JSON.parse(other.stdout)).not.toMatchObject({ authenticated: true });
  });

  it("gets what a registry's settings say for it", async () => {
    writeFiles(home, {
      ".config/bale/config.yaml": `registries: { "${closed.host}": { credentials: { source: vault, path: kv/acme } } }\n`,
    });
    const chosen = await ping("undefined");
    expect(JSON.parse(chosen.stdout)).toMatchObject({ authenticated: true });
    expect(chosen.asked).toContain('{"path":"kv/acme"}');
  });

  it("that fails is named, and shows no secret", async () => {
    const failed = await ping("undefined", { FAULT: "1", VAULT_TOKEN: WORD });
    expect(failed.stdout).toContain("vault");
    expect(JSON.parse(failed.stdout)).not.toMatchObject({ authenticated: true });
  });
});

/** Every module that a run of bale loads, by its address. */
async function modulesOf(args: readonly string[], cwd: string): Promise<readonly string[]> {
  const trace = join(home, "trace.txt");
  writeFiles(home, {
    "hooks.mjs": `import { appendFileSync } from "node:fs";\nexport async function load(url, context, next) { appendFileSync(${JSON.stringify(trace)}, url + "\\n"); return next(url, context); }\n`,
    "register.mjs": `import { register } from "node:module";\nregister("./hooks.mjs", import.meta.url);\n`,
    "trace.txt": "",
  });
  const result = await run(cwd, args, {
    NODE_OPTIONS: `--import ${join(home, "register.mjs")}`,
    LOADED_FILE: join(home, "loaded.txt"),
  });
  expect(result).toMatchObject({ exit: 0 });
  return readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("file:"));
}

describe("what is not needed is not loaded:", () => {
  it("no cloud and no plugin for a version, for help, or for a push to a registry", async () => {
    install(PLUGINS);
    configure("@acme/bale-shelf");
    writeFiles(home, { "near/b.txt": "near\n" });
    const near = join(home, "near");
    for (const args of [["init"], ["add", "."]]) expect(await run(near, args)).toMatchObject({ exit: 0 });
    for (const args of [
      ["--version"],
      ["push", "--help"],
      ["status", "--offline"],
      ["push", reference()],
      ["plugins", "ls"],
    ]) {
      const loaded = await modulesOf(args, near);
      expect(loaded.length).toBeGreaterThan(0);
      expect(loaded.filter((url) => url.includes("/dist/cloud/") || url.includes("bale-shelf"))).toEqual([]);
    }
    expect(existsSync(join(home, "loaded.txt"))).toBe(false);
    // The same look at a run that does need one.
    const doctored = await modulesOf(["plugins", "doctor"], near);
    expect(doctored.some((url) => url.includes("/dist/cloud/storage-s3.js"))).toBe(true);
    expect(doctored.some((url) => url.includes("bale-shelf"))).toBe(true);
  });
});

describe("plugins ls and doctor", () => {
  const documentOf = async (cwd: string, args: readonly string[], exit = 0) => {
    const result = await runInProcess([...args, "--json"], {
      cwd,
      env: { XDG_CONFIG_HOME: join(home, ".config"), XDG_DATA_HOME: join(home, ".local/share") },
    });
    expect({ exit: result.exit, stderr: result.stderr }).toEqual({ exit, stderr: "" });
    return checkDocument(args.slice(0, 2).join(" "), result.stdout) as {
      readonly plugins: readonly Readonly<Record<string, unknown>>[];
      readonly problems: readonly unknown[];
    };
  };

  it("say where each plugin is from, what it contributes and who asked for it", async () => {
    install(PLUGINS);
    configure("@acme/bale-shelf", "bale-absent");
    const root = await project('plugins: ["@acme/bale-shelf", "@acme/bale-other"]\n');
    const { plugins } = await documentOf(root, ["plugins", "ls"]);
    const config = join(home, ".config/bale/config.yaml");
    expect(plugins.slice(0, 1)).toMatchObject([
      { name: "@bale/oci", place: "built-in", requestedBy: ["bale"], loaded: true },
    ]);
    expect(plugins.slice(-3)).toMatchObject([
      {
        name: "@acme/bale-shelf",
        version: "1.2.3",
        place: "user",
        path: join(home, PLUGINS, "@acme/bale-shelf/index.js"),
        requestedBy: [config, "bale.yaml"],
        state: "ready",
        known: true,
        loaded: false,
        stores: ["shelf"],
      },
      {
        name: "bale-absent",
        place: "nowhere",
        state: "unusable",
        problem: { fix: expect.stringContaining("npm install --prefix") },
      },
      {
        name: "@acme/bale-other",
        place: "nowhere",
        state: "not-allowed",
        problem: { fix: expect.stringContaining("plugins: ") },
      },
    ]);
    const off = await documentOf(root, ["plugins", "ls", "--no-plugins"]);
    expect(off.plugins.at(-3)).toMatchObject({ name: "@acme/bale-shelf", state: "off" });
    const shown = await run(root, ["plugins", "ls"]);
    expect(shown.stdout).toMatch(/@acme\/bale-shelf +1\.2\.3 +on demand +store shelf/);
    expect(shown.stdout).toMatch(/fix: npm install --prefix .* bale-absent/);
  });

  it("load and try every plugin, and say what is wrong", async () => {
    install(PLUGINS);
    configure("@acme/bale-shelf");
    const root = await project();
    const healthy = await documentOf(root, ["plugins", "doctor"]);
    expect(healthy.problems).toEqual([]);
    expect(healthy.plugins.at(-1)).toMatchObject({
      name: "@acme/bale-shelf",
      loaded: true,
      checks: [
        { what: "loads", outcome: "ok" },
        { what: "store far", outcome: "ok" },
      ],
    });
    writeFiles(home, {
      "bad.mjs": "export default { specVersion: 7, name: 'bad' };",
      "worse.mjs": "throw new Error('no');",
      "twin.mjs": `export default { specVersion: 1, name: "twin", blobs: [{ scheme: "s3", config: { parse: () => 1 }, open() {}, trust() {}, describe() {} }] };`,
    });
    configure("@acme/bale-shelf", join(home, "bad.mjs"), join(home, "worse.mjs"), "bale-absent");
    const ill = await documentOf(root, ["plugins", "doctor"], 1);
    expect(ill.problems).toMatchObject([
      {
        plugin: join(home, "bad.mjs"),
        what: "loads",
        code: "PLUGIN_INVALID",
        fix: expect.stringContaining("update bale"),
      },
      { plugin: join(home, "worse.mjs"), what: "loads", code: "PLUGIN_FAILED", why: "no" },
      { plugin: "bale-absent", what: "found", code: "PLUGIN_INVALID" },
    ]);
    configure(join(home, "twin.mjs"));
    const twin = { plugin: "", what: "together", message: 'two plugins contribute the store type "s3"' };
    expect((await documentOf(root, ["plugins", "doctor"], 1)).problems).toMatchObject([twin]);
    writeFiles(home, {
      "two/package.json": JSON.stringify({ exports: "./index.mjs", bale: { specVersion: 1, blobs: ["s3"] } }),
    });
    writeFiles(home, { "two/index.mjs": "export { default } from '../twin.mjs';" });
    configure(join(home, "two"));
    expect((await documentOf(root, ["plugins", "doctor"], 1)).problems).toMatchObject([twin]);
    configure("@acme/bale-shelf", join(home, "bad.mjs"), join(home, "worse.mjs"), "bale-absent");
    const shown = await run(root, ["plugins", "doctor"]);
    expect(shown).toMatchObject({ exit: 1, stdout: expect.stringContaining("3 problems\n") });
  });
});

it("asking for a plugin and for none is a mistake", async () => {
  expect(await run(home, ["plugins", "ls", "--no-plugins", "--plugin", "./x.mjs"])).toMatchObject({
    exit: 2,
  });
});
