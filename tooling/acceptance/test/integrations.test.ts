import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./harness/linked-project.js";
import { packBale } from "./harness/packed-bale.js";
import { run } from "./harness/packed-packages.js";
import { defaultArguments, readDockerfile } from "./harness/read-dockerfile.js";
import { scratchFolder } from "./harness/scratch-folder.js";

const PASSWORD = "s3cret-of-the-action";
const scratch = scratchFolder();
let registry: TestRegistry;
let tarball: string;

beforeAll(async () => {
  tarball = await packBale(scratch.join("tarball"));
  registry = await startTestRegistry({ auth: { scheme: "basic", users: { alice: PASSWORD } } });
});
afterAll(async () => {
  await registry.close();
  scratch[Symbol.dispose]();
});

/** A machine on which nobody has been: an empty home, no settings, the tarball for what npm would fetch. */
function emptyMachine(name: string) {
  const home = scratch.make(`${name}/home`);
  const temporary = scratch.make(`${name}/temporary`);
  return {
    home,
    temporary,
    env: {
      HOME: home,
      RUNNER_TEMP: temporary,
      TMPDIR: temporary,
      npm_config_cache: join(temporary, "npm-cache"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
      BALE_USERNAME: undefined,
      BALE_PASSWORD: undefined,
      GITHUB_TOKEN: undefined,
      CI: "1",
    },
  };
}

/** Nobody has published bale for this test: its tarball stands for the name. */
const withTarball = (script: string): string => script.replaceAll(/"bale@[^"]+"/g, `"${tarball}"`);

interface ActionStep {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}
const action = parse(readFileSync(join(ROOT, "integrations/github-action/action.yml"), "utf8")) as Action;

/** Runs the action as a runner does: inputs in place of expressions, files for paths, variables and outputs. */
async function runAction(
  machine: ReturnType<typeof emptyMachine>,
  cwd: string,
  given: Readonly<Record<string, string>>,
) {
  for (const name of Object.keys(given)) expect(Object.keys(action.inputs)).toContain(name);
  const input = (name: string): string => given[name] ?? action.inputs[name]?.default ?? "";
  const files = Object.fromEntries(
    ["GITHUB_PATH", "GITHUB_ENV", "GITHUB_OUTPUT"].map((name) => [name, join(machine.temporary, name)]),
  );
  for (const file of Object.values(files)) writeFileSync(file, "");
  const pairs = (name: string): Record<string, string> =>
    Object.fromEntries(
      readFileSync(files[name] ?? "", "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  const printed: string[] = [];
  for (const step of action.runs.steps) {
    const [, condition] = /^inputs\.([\w-]+) != ''$/.exec(step.if ?? "") ?? [];
    expect(step.if === undefined).toBe(condition === undefined);
    if (condition !== undefined && input(condition) === "") continue;
    const env = Object.entries(step.env).map(([name, value]) => {
      const [, asked = ""] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value) ?? [];
      expect(Object.keys(action.inputs)).toContain(asked);
      return [name, input(asked)];
    });
    const paths = readFileSync(files["GITHUB_PATH"] ?? "", "utf8")
      .split("\n")
      .filter(Boolean);
    const script = join(machine.temporary, "step.sh");
    writeFileSync(script, withTarball(step.run));
    printed.push(
      await run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], {
        cwd,
        env: {
          ...machine.env,
          ...files,
          ...pairs("GITHUB_ENV"),
          ...Object.fromEntries(env),
          PATH: [...paths, process.env["PATH"]].join(delimiter),
        },
      }),
    );
  }
  return { outputs: pairs("GITHUB_OUTPUT"), printed: printed.join(""), paths: files["GITHUB_PATH"] ?? "" };
}

describe("the GitHub Action", () => {
  it("is composite, writes no input into a script, and says what each input is", () => {
    expect(action.runs.using).toBe("composite");
    for (const { run: script, shell } of action.runs.steps)
      expect([shell, script]).toEqual(["bash", expect.not.stringContaining("${{")]);
    for (const { description } of Object.values(action.inputs))
      expect(description.length).toBeGreaterThan(10);
    for (const { value } of Object.values(action.outputs))
      expect(value).toMatch(/^\$\{\{ steps\.run\.outputs\./);
  });

  it("signs in, pushes a workspace, and ensures it elsewhere, from an empty home", async () => {
    const machine = emptyMachine("action");
    const work = scratch.make("action/work");
    const reference = `${registry.host}/acme/models/malaria:v1`;
    const signIn = { registry: registry.host, username: "alice", password: PASSWORD };
    await runAction(machine, work, signIn);
    writeFileSync(join(work, "a b.txt"), "hello\n");
    const bale = join(machine.temporary, "bale/bin/bale");
    for (const args of [["init"], ["add", "."]])
      await run([bale, ...args] as [string, ...string[]], { cwd: work, env: machine.env });
    const pushed = await runAction(machine, work, { ...signIn, command: "push", reference });
    expect(pushed.outputs).toEqual({
      manifest: expect.stringMatching(/^sha256:/),
      "content-digest": expect.stringMatching(/^sha256:/),
      outcome: "pushed",
    });
    const other = emptyMachine("other");
    const elsewhere = scratch.make("other/work");
    const ensure = { ...signIn, command: "ensure", reference, directory: "to here" };
    const ensured = await runAction(other, elsewhere, ensure);
    expect(ensured.outputs).toEqual({ ...pushed.outputs, outcome: "written" });
    expect(readFileSync(join(elsewhere, "to here", "a b.txt"), "utf8")).toBe("hello\n");
    expect((await runAction(other, elsewhere, ensure)).outputs["outcome"]).toBe("nothing-to-do");
    expect(pushed.printed + ensured.printed).not.toContain(PASSWORD);
    expect(existsSync(join(other.home, ".docker"))).toBe(false);
  });

  it("fails where bale does, and takes no other command", async () => {
    const machine = emptyMachine("refused");
    const cwd = scratch.make("refused/work");
    const signIn = { registry: registry.host, username: "alice", password: "wrong" };
    await expect(runAction(machine, cwd, signIn)).rejects.toThrow(/AUTH_FAILED/);
    await expect(runAction(machine, cwd, { command: "gc; touch pwned" })).rejects.toThrow(/ensure or push/);
    const absent = { command: "ensure", reference: `oci:${cwd}/none:v1`, directory: "$(touch pwned)" };
    await expect(runAction(machine, cwd, absent)).rejects.toThrow(/NOT_FOUND/);
    expect(existsSync(join(cwd, "pwned"))).toBe(false);
  });
});

describe("the image", () => {
  const file = (name: string) => readDockerfile(join(ROOT, "integrations/docker", name));

  it("is small, runs as nobody special, and has bale as its entry point", () => {
    const instructions = file("Dockerfile");
    const last = (name: string) => instructions.filter((each) => each.name === name).at(-1)?.text;
    expect([
      last("FROM"),
      last("USER"),
      JSON.parse(last("ENTRYPOINT") ?? ""),
      JSON.parse(last("CMD") ?? ""),
    ]).toEqual(["node:20-slim", "1000:1000", ["bale"], ["help"]]);
    const installed = instructions.findIndex(({ text }) => text.includes("npm install"));
    expect(installed).toBeLessThan(instructions.findIndex(({ name }) => name === "USER"));
  });

  it("is made by steps that work, and its example brings a bundle that the next stage copies", async () => {
    const machine = emptyMachine("image");
    const root = scratch.make("image/root");
    const prefix = join(root, "usr/local");
    const env = {
      ...machine.env,
      npm_config_prefix: prefix,
      PATH: [join(prefix, "bin"), process.env["PATH"]].join(delimiter),
    };
    /** Absolute paths are those of the image. */
    const inImage = (text: string): string =>
      withTarball(text).replaceAll(/(?<=[\s=])\/(?=bundle|run\/)/g, `${root}/`);
    const execute = async (text: string, defaults: Readonly<Record<string, string>>) => {
      const [, mounts = "", script = ""] = /^((?:--mount=\S+\s+)*)(.*)$/.exec(text) ?? [];
      // Only root may give files away; the folder is what matters here.
      const possible = inImage(script).replace("install -d -o 1000 -g 1000", "install -d");
      await run(["sh", "-e", "-c", possible], { cwd: root, env: { ...env, ...defaults } });
      return mounts;
    };
    const base = file("Dockerfile");
    for (const { name, text } of base) if (name === "RUN") await execute(text, defaultArguments(base));
    expect((await run([join(prefix, "bin/bale"), "--version"], { cwd: root, env })).trim()).toMatch(
      /^bale |^\d/,
    );

    const author = scratch.make("image/author");
    writeFileSync(join(author, "bale.yaml"), 'layers: { code: ["*.py"] }\nroles: { runtime: [code] }\n');
    writeFileSync(join(author, "main.py"), "print(1)\n");
    writeFileSync(join(author, "data.csv"), "1\n");
    const bundle = `${registry.host}/acme/models/image:v3`;
    const auth = { [registry.host]: { auth: Buffer.from(`alice:${PASSWORD}`).toString("base64") } };
    mkdirSync(join(root, "run/secrets"), { recursive: true });
    writeFileSync(join(root, "run/secrets/registry.json"), JSON.stringify({ auths: auth }));
    for (const args of [
      ["init"],
      ["add", "."],
      ["push", bundle, "--registry-config", join(root, "run/secrets/registry.json")],
    ])
      await run([join(prefix, "bin/bale"), ...args] as [string, ...string[]], { cwd: author, env });

    const example = file("with-bundle.Dockerfile");
    const defaults = { ...defaultArguments(example), BUNDLE: bundle };
    for (const { name, text } of example)
      if (name === "RUN")
        expect(await execute(text, defaults)).toContain("target=/run/secrets/registry.json,uid=1000");
    expect(readFileSync(join(root, "bundle/main.py"), "utf8")).toBe("print(1)\n");
    expect(existsSync(join(root, "bundle/data.csv"))).toBe(false);
    const copied = example.find(({ name }) => name === "COPY")?.text;
    expect(copied).toMatch(/^--from=bundle .* \/bundle \/srv\/model$/);
    expect(example.filter(({ name }) => name === "USER").at(-1)?.text).toBe("1000:1000");
  });
});

describe("status for scripts", () => {
  it("prints only lines of the forms that its README has", async () => {
    const machine = emptyMachine("porcelain");
    const work = scratch.make("porcelain/work");
    const bale = (...args: string[]) =>
      run([process.execPath, join(ROOT, "apps/cli/dist/main.js"), ...args], { cwd: work, env: machine.env });
    for (const name of ["edited", "gone", "moved"]) writeFileSync(join(work, name), `${name}\n`.repeat(50));
    await bale("init");
    await bale("add", ".");
    await bale("push", "--set-upstream", `oci:${join(work, "../layout")}:v1`);
    expect(await bale("status", "--porcelain")).toBe("");
    writeFileSync(join(work, "edited"), "otherwise\n");
    writeFileSync(join(work, "new file"), "1\n");
    writeFileSync(join(work, "added"), "2\n");
    await bale("add", "added");
    await run(["rm", "gone"], { cwd: work });
    expect((await bale("status", "--porcelain")).split("\n")).toEqual([
      "local\tadded\tadded",
      "local\tmodified\tedited",
      "local\tremoved\tgone",
      "untracked\tnew file",
      "",
    ]);
    const readme = readFileSync(join(ROOT, "apps/cli/README.md"), "utf8");
    for (const form of [
      "conflict|local|remote|adopt TAB step TAB path [TAB old path]",
      "untracked TAB path",
      "problem TAB code TAB path",
    ])
      expect(readme).toContain(form);
  });
});
