import { readFileSync, writeFileSync } from "node:fs";
import { BaleError, type BundlePath } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { controlPaths } from "../control-folder.js";
import { initWorkspace } from "../init-workspace.js";
import { useFolders } from "../workspace.testing.js";
import { parseProject, readProject } from "./read-project.js";
import { setProjectValue } from "./set-project-value.js";

const FULL = `
ref: ghcr.io/acme/models/malaria
artifact_type: application/vnd.acme.model.v1
layers:  { code: ["src/**", "*.py"], config: ["configs/**"], data: "data/**" }
roles:   { runtime: [code, config], training: [code, config, data, default] }
defaultRole: runtime
storage:
  stores: { big: { type: s3, bucket: acme-bales, prefix: blobs, region: eu-west-1 } }
  rules:
    - { match: "src/**", store: registry }
    - { match: "**/*.parquet", store: big }
    - { largerThan: 50MB, store: big }
pack: { smallerThan: 1MiB, target: 32MiB, compression: none }
annotations: { org.example.team: malaria }
`;

async function problemsOf(text: string): Promise<readonly string[]> {
  try {
    await parseProject(Buffer.from(text));
    return [];
  } catch (error) {
    if (!BaleError.is(error, "CONFIG_INVALID")) throw error;
    return error.context["problems"] as readonly string[];
  }
}

describe("bale.yaml", () => {
  const folder = useFolders();

  it("is read whole", async () => {
    const project = await parseProject(Buffer.from(FULL));
    expect(project).toMatchObject({
      ref: "ghcr.io/acme/models/malaria",
      artifactType: "application/vnd.acme.model.v1",
      defaultRole: "runtime",
      pack: { smallerThan: 1_048_576, target: 33_554_432, compression: "none", exact: false },
      annotations: { "org.example.team": "malaria" },
    });
    expect(project.layers.map(({ name }) => name)).toEqual(["code", "config", "data"]);
    expect(project.roles.get("training" as never)).toEqual(["code", "config", "data", "default"]);
    expect(project.storage.stores.get("big" as never)).toEqual({
      type: "s3",
      bucket: "acme-bales",
      prefix: "blobs",
      region: "eu-west-1",
    });
    expect(project.storage.rules.at(-1)).toEqual({ largerThan: 50_000_000, store: "big" });
    const layers = ["src/a/b.ts", "x.py", "a/x.py", "data/1", "bale.yaml"].map((path) =>
      project.assigner(path as BundlePath),
    );
    expect(layers).toEqual(["code", "code", "default", "data", "bale"]);
    expect(project.storage.compiled()[1]?.match?.("a/b.parquet")).toBe(true);
  });

  it("may be empty, or all comments", async () => {
    for (const text of ["", "# nothing\n", "{}"]) {
      const project = await parseProject(Buffer.from(text));
      expect(project.layers).toEqual([]);
      expect(project.pack.smallerThan).toBe(1_048_576);
    }
  });

  it("may ask for plugins by the names of their packages, which loads nothing", async () => {
    const project = await parseProject(Buffer.from('plugins: ["@acme/bale-webdav", bale-vault]'));
    expect(project.plugins).toEqual(["@acme/bale-webdav", "bale-vault"]);
    expect((await parseProject(Buffer.from(""))).plugins).toBeUndefined();
  });

  it("has every mistake named at once, with line and column", async () => {
    const text = `ref: "not a ref!"
layer: {}
layers:
  Code: ["src/**"]
  data: []
roles:
  runtime: [cdoe]
defaultRole: runtme
pack:
  smallerThan: big
  targt: 1MB
storage:
  rules:
    - { match: "a/**", store: bgi }
`;
    const problems = await problemsOf(text);
    const at = problems.map((line) => /^bale\.yaml:(\d+:\d+)/.exec(line)?.[1]);
    expect(at).toEqual(["1:1", "2:1", "4:3", "5:3", "7:13", "8:1", "10:3", "11:3"]);
    expect(problems[1]).toContain("did you mean layers");
    expect(problems[7]).toContain("did you mean target");
  });

  it("names rules without a store once the rest is right", async () => {
    const problems = await problemsOf("storage:\n  rules:\n    - { match: a, store: bgi }\n");
    expect(problems).toEqual([
      'bale.yaml:3:19: storage.rules.0.store: no store of this name under storage.stores: "bgi"',
    ]);
  });

  it.each([
    ["plugins: [./evil.mjs]", "no code comes with a bundle"],
    ["plugins: [../evil]", "no code comes with a bundle"],
    ["plugins: evil", "must be a list of packages"],
    ["trustedStores: [s3://x/y]", "only your own configuration"],
    ["registries: { ghcr.io: { insecure: true } }", "only your own configuration"],
    ["caFile: /tmp/ca.pem", "only your own configuration"],
    ["password: x", "only your own configuration"],
    ["storage: { stores: { big: { type: s3, secretKey: x } } }", "secret"],
    ["annotations: { dev.bale.content: x }", "itself"],
  ])("may not decide for its readers: %s", async (text, words) => {
    const problems = await problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
  });

  it.each<[string, string]>([
    ["a: &x [1]\nb: *x\n", "2:4: aliases"],
    ["__proto__: { polluted: true }\n", "1:1: the key"],
    ["layers: { constructor: [a] }\n", "1:11: the key"],
    ["ref: !!js/function 'x'\n", "1:6"],
    ["ref: !custom x\n", "1:6"],
    ["ref: a\nref: b\n", "2:1"],
    ["ref: [\n", ":"],
    ["- 1\n", "1:1: must be a map"],
    ["ref: a\n---\nref: b\n", ":"],
    ["layers: { reserved: [a], all: [b] }\n", "1:26"],
    ["<<: { ref: a }\n", "1:1: <<: unknown key"],
  ])("refuses %j", async (text, expected) => {
    const problems = await problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).toContain(expected);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("refuses bombs, depth, size and other encodings without harm", async () => {
    const bomb = `a: &a [x,x]\n${Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [*a,*a]`).join("\n")}\n`;
    expect(await problemsOf(bomb)).not.toEqual([]);
    expect(await problemsOf(`ref: ${"[".repeat(100_000)}`)).not.toEqual([]);
    expect((await problemsOf(`# ${"x".repeat(1 << 20)}`))[0]).toContain("larger");
    await expect(parseProject(Buffer.from([0x72, 0xff]))).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("is kept in parsed form, and read anew after any change", async () => {
    const { root, write } = folder();
    await initWorkspace({ directory: root, templates: false });
    expect(await readProject(root)).toBeUndefined();
    write("bale.yaml", FULL);
    const first = await readProject(root);
    const kept = readFileSync(controlPaths(root).project, "utf8");
    const again = await readProject(root);
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(again?.roles).toEqual(first?.roles);
    expect(readFileSync(controlPaths(root).project, "utf8")).toBe(kept);
    write("bale.yaml", FULL.replace("malaria\n", "dengues\n"));
    expect((await readProject(root))?.ref).toBe("ghcr.io/acme/models/dengues");
    writeFileSync(
      controlPaths(root).project,
      kept.replace("dengues", "measles").replace("malaria", "measles"),
    );
    expect((await readProject(root))?.ref).toBe("ghcr.io/acme/models/dengues");
  });

  it("is edited without losing a comment, and never to something invalid", async () => {
    const { root, write, path } = folder();
    await expect(setProjectValue(root, "defaultRole", "x")).rejects.toMatchObject({ code: "NOT_FOUND" });
    write("bale.yaml", "# top\nlayers: { code: [src/**] } # why\npack:\n  exact: true # because\n");
    await setProjectValue(root, "pack.target", "64MiB");
    await setProjectValue(root, "annotations.org.example.team", "a");
    expect(readFileSync(path("bale.yaml"), "utf8")).toBe(
      "# top\nlayers: { code: [ src/** ] } # why\npack:\n  exact: true # because\n  target: 64MiB\nannotations:\n  org.example.team: a\n",
    );
    await setProjectValue(root, "annotations.org.example.team", undefined);
    expect(readFileSync(path("bale.yaml"), "utf8")).not.toContain("annotations");
    const before = readFileSync(path("bale.yaml"), "utf8");
    await expect(setProjectValue(root, "pack.target", "huge")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
    await expect(setProjectValue(root, "pack..x", 1)).rejects.toMatchObject({ code: "USAGE" });
    expect(readFileSync(path("bale.yaml"), "utf8")).toBe(before);
  });
});
