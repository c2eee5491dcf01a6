import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { controlPaths } from "./control-folder.js";
import { findWorkspace } from "./find-workspace.js";
import { initWorkspace } from "./init-workspace.js";
import { openWorkspace } from "./open-workspace.js";
import { readProject } from "./project/read-project.js";
import { at, useFolders } from "./workspace.testing.js";

describe("init", () => {
  const folder = useFolders();

  it("makes a workspace of a folder with files and overwrites nothing", async () => {
    const { root, write } = folder();
    write("data/x", "mine");
    write("bale.yaml", "# my own\n");
    const result = await initWorkspace({ directory: root, ref: "ghcr.io/acme/app" });
    expect(result.created).toEqual([".bale", ".baleignore"]);
    expect(result.kept).toEqual(["bale.yaml"]);
    expect(readFileSync(join(root, "bale.yaml"), "utf8")).toBe("# my own\n");
    expect(statSync(controlPaths(root).folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(controlPaths(root).temporary)).toEqual([]);
    expect(result.capabilities).toEqual({
      executableBit: true,
      symlinks: true,
      caseSensitive: true,
      keepsNormalization: true,
    });
    const again = await initWorkspace({ directory: root });
    expect(again).toMatchObject({ created: [], kept: [".bale", "bale.yaml", ".baleignore"] });
  });

  it("writes templates that are valid and name the upstream", async () => {
    const { root } = folder();
    await initWorkspace({
      directory: join(root, "new/deep"),
      ref: "models/malaria:v1",
      artifactType: "application/vnd.acme.v1",
    });
    const project = await readProject(join(root, "new/deep"));
    expect(project).toMatchObject({ ref: "models/malaria:v1", artifactType: "application/vnd.acme.v1" });
    const workspace = await openWorkspace(join(root, "new/deep"));
    expect([...workspace.state.entries.keys()]).toEqual([".baleignore", "bale.yaml"]);
  });

  it("keeps the state of a workspace that is there", async () => {
    const { root } = folder();
    await initWorkspace({ directory: root });
    const workspace = await openWorkspace(root, { lock: { command: "test" } });
    workspace.replaceState({ ...workspace.state, upstream: "ghcr.io/acme/app:v1" });
    await workspace.save();
    await workspace[Symbol.asyncDispose]();
    await initWorkspace({ directory: root });
    expect((await openWorkspace(root)).state.upstream).toBe("ghcr.io/acme/app:v1");
  });

  it("refuses the inside of a control folder, a file, and what is no reference", async () => {
    const { root, write, path } = folder();
    mkdirSync(path(".bale/x"), { recursive: true });
    write("file", "");
    await expect(initWorkspace({ directory: path(".bale") })).rejects.toMatchObject({ code: "USAGE" });
    await expect(initWorkspace({ directory: path(".bale/x") })).rejects.toMatchObject({ code: "USAGE" });
    await expect(initWorkspace({ directory: path("file") })).rejects.toMatchObject({ code: "USAGE" });
    await expect(initWorkspace({ directory: root, ref: "https://x" })).rejects.toMatchObject({
      code: "REFERENCE_INVALID",
    });
  });
});

describe("finding and opening", () => {
  const folder = useFolders();

  it("finds the nearest workspace upward", async () => {
    const { root, write, path } = folder();
    await initWorkspace({ directory: root });
    await initWorkspace({ directory: path("inner") });
    write("a/b/c", "");
    write("inner/x/y", "");
    expect(await findWorkspace(path("a/b"))).toBe(root);
    expect(await findWorkspace(path("inner/x"))).toBe(path("inner"));
    await expect(findWorkspace(path("..")).catch((error) => Promise.reject(error))).rejects.toMatchObject({
      code: "NOT_A_WORKSPACE",
      fix: expect.stringContaining("bale init"),
    });
    await expect(findWorkspace(path(".bale/index"))).rejects.toMatchObject({ code: "NOT_A_WORKSPACE" });
    await expect(openWorkspace(path("a"))).rejects.toMatchObject({ code: "NOT_A_WORKSPACE" });
  });

  it("saves only under the lock", async () => {
    const { root } = folder();
    await initWorkspace({ directory: root });
    const reader = await openWorkspace(root);
    await expect(reader.save()).rejects.toMatchObject({ code: "INTERNAL" });
    await reader.saveStatCache();
    const writer = await openWorkspace(root, { lock: { command: "test" } });
    await expect(openWorkspace(root, { lock: { command: "other", timeoutMs: 10 } })).rejects.toMatchObject({
      code: "LOCKED",
    });
    writer.replaceState({ ...writer.state, entries: new Map([[at("x"), { tracked: true }]]) });
    await writer.save();
    await writer[Symbol.asyncDispose]();
    await expect(writer.save()).rejects.toMatchObject({ code: "INTERNAL" });
    expect([...(await openWorkspace(root)).state.entries.keys()]).toEqual(["x"]);
  });

  it("assigns layers by the declarations, else by the base", async () => {
    const { root, write } = folder();
    await initWorkspace({ directory: root, templates: false });
    const workspace = await openWorkspace(root, { lock: { command: "test" } });
    const base = { digest: `sha256:${"0".repeat(64)}`, size: 0, kind: "file", layer: "old" } as never;
    workspace.replaceState({ ...workspace.state, entries: new Map([[at("a.py"), { tracked: true, base }]]) });
    expect(["a.py", "b.py", ".baleignore"].map((path) => workspace.assign(at(path)))).toEqual([
      "old",
      "default",
      "bale",
    ]);
    write("bale.yaml", "layers: { code: ['*.py'] }\n");
    await workspace.reloadProject();
    expect(["a.py", "b", "bale.yaml"].map((path) => workspace.assign(at(path)))).toEqual([
      "code",
      "default",
      "bale",
    ]);
    await workspace[Symbol.asyncDispose]();
  });
});
