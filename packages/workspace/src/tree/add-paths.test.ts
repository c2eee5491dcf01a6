import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { FileState } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workspace } from "../workspace.js";
import { at, openTestWorkspace, type TestFolder, useFolders } from "../workspace.testing.js";
import { listReplaced } from "../write/replaced.js";
import { type AddOptions, addPaths } from "./add-paths.js";
import { passedLink } from "./new-links.js";
import { readWorkingTree } from "./read-working-tree.js";
import { removePaths } from "./remove-paths.js";

const make = useFolders();
let folder: TestFolder;
let workspace: Workspace;
beforeEach(async () => {
  folder = make();
  workspace = await openTestWorkspace(folder.root);
});
afterEach(() => workspace[Symbol.asyncDispose]());

const add = (args: readonly string[], options: Partial<AddOptions> = {}) =>
  addPaths(workspace, args, { cwd: folder.root, ...options });
const tracked = (): readonly string[] =>
  [...workspace.state.entries].filter(([, entry]) => entry.tracked).map(([path]) => path);

describe("add", () => {
  it("takes files, folders and quoted globs, from any folder, and the declarations with them", async () => {
    for (const name of ["a.txt", "src/x.ts", "src/deep/y.ts", "src/z.md", "data/1", "bale.yaml"])
      folder.write(name, "");
    const result = await add(["*.ts", "deep", "../a.txt"], { cwd: folder.path("src") });
    expect(result).toMatchObject({ added: ["a.txt", "src/deep/y.ts", "src/x.ts"], complete: true });
    expect(tracked()).toEqual(["a.txt", "bale.yaml", "src/deep/y.ts", "src/x.ts"]);
    expect(await add(["."])).toMatchObject({ added: ["data/1", "src/z.md"] });
    expect((await add(["."])).alreadyTracked).toHaveLength(6);
  });

  it("reads what it adds, so that nothing is read again", async () => {
    folder.write("a", "content");
    await add(["a"]);
    expect(workspace.statCache.entry(at("a"))?.digest).toMatch(/^sha256:/);
  });

  it("takes a file whose name looks like a glob for what it is", async () => {
    folder.write("[draft].md", "");
    folder.write("d.md", "");
    expect((await add(["[draft].md"])).added).toEqual(["[draft].md"]);
  });

  it("names what is ignored, and takes it only by force", async () => {
    folder.write(".baleignore", "*.log\nsecret/\n");
    for (const name of ["a.log", "secret/key", "node_modules/m/x", "keep"]) folder.write(name, "");
    const result = await add(["a.log", "secret/key", "node_modules", ".", "*.log"]);
    expect(result).toMatchObject({ ignored: ["a.log", "node_modules/", "secret/key"], complete: false });
    expect(tracked()).toEqual([".baleignore", "keep"]);
    expect((await add(["secret", "node_modules/m/x"], { force: true })).added).toEqual([
      "node_modules/m/x",
      "secret/key",
    ]);
    // Once tracked, it is no longer a matter of ignoring.
    expect(await add(["secret/key"])).toMatchObject({
      ignored: [],
      alreadyTracked: ["secret/key"],
      complete: true,
    });
    expect((await readWorkingTree(workspace)).entries.map(({ path }) => path)).toContain("secret/key");
  });

  it("never takes control folders, not even by force", async () => {
    folder.write(".git/config", "");
    folder.write("sub/.BALE/state", "");
    const result = await add([".git", ".bale", "."], { force: true });
    expect(result.added).toEqual([]);
    expect(result.problems.map(({ path, code }) => [path, code])).toEqual([
      [".git", "UNSAFE_PATH"],
      [".bale", "UNSAFE_PATH"],
      ["sub/.BALE", "UNSAFE_PATH"],
    ]);
  });

  it("names what is missing and refuses what is outside", async () => {
    folder.write("a", "");
    expect(await add(["a", "absent", "*.nothing"])).toMatchObject({
      added: ["a"],
      missing: ["absent", "*.nothing"],
    });
    for (const path of ["..", "../x", "/etc/passwd", ""])
      await expect(add([path])).rejects.toMatchObject({ code: "USAGE" });
  });

  it("keeps links that stay inside, and names the others with their targets", async () => {
    folder.write("data/a", "");
    folder.write("../outside", "out");
    folder.link("good", "data/a");
    folder.link("data/up", "../data/a");
    folder.link("dangling", "data/none");
    folder.link("alias", "good");
    folder.link("abs", "/etc/passwd");
    folder.link("far", "../outside");
    folder.link("folder", "data");
    folder.link("through", "folder/a");
    const result = await add(["."]);
    expect(result.added).toEqual(["alias", "dangling", "data/a", "data/up", "folder", "good"]);
    expect(result.refusedLinks.map(({ path, target }) => [path, target])).toEqual([
      ["abs", "/etc/passwd"],
      ["far", "../outside"],
      ["through", "folder/a"],
    ]);
    expect((await add(["far"], { follow: true })).added).toEqual(["far"]);
    expect((await readWorkingTree(workspace)).state(at("far"))).toMatchObject({ kind: "file", size: 3 });
    mkdirSync(folder.path("../elsewhere"));
    folder.link("farther", "../elsewhere");
    expect((await add(["farther"], { follow: true })).refusedLinks).toHaveLength(1);
  });

  it("does not walk through a link to a folder", async () => {
    folder.write("../outside/a", "");
    folder.link("l", "../outside");
    const result = await add(["l/a"]);
    expect(result).toMatchObject({ added: [], problems: [{ path: "l/a", code: "SYMLINK_PARENT" }] });
  });

  it("adds everything but special files and names that no bundle holds", async () => {
    folder.write("ok", "");
    folder.write("aux.c", "");
    execFileSync("mkfifo", [folder.path("pipe")]);
    const result = await add(["pipe", "aux.c", "ok"]);
    expect(result.added).toEqual(["ok"]);
    expect(result.problems.map(({ code }) => code)).toEqual(["NOT_REGULAR", "NAME_UNPORTABLE"]);
  });

  it("adds nothing when two names would be one elsewhere", async () => {
    folder.write("straße/a", "");
    await add(["."]);
    folder.write("STRASSE/b", "");
    folder.write("other", "");
    await expect(add(["."])).rejects.toMatchObject({ code: "NAME_COLLISION" });
    expect(tracked()).toEqual(["straße/a"]);
    rmSync(folder.path("straße"), { recursive: true });
    expect((await add(["."])).added).toEqual(["STRASSE/b", "other"]);
  });

  it("lets a folder take the place of a tracked file", async () => {
    folder.write("a", "");
    await add(["a"]);
    rmSync(folder.path("a"));
    folder.write("a/b", "");
    expect((await add(["a"])).added).toEqual(["a/b"]);
    expect((await readWorkingTree(workspace)).entries.map(({ path }) => path)).toEqual(["a/b"]);
  });
});

describe("remove", () => {
  const withBase = (path: string): void => {
    const entries = new Map(workspace.state.entries);
    const digest = workspace.statCache.entry(at(path))?.digest;
    const base = { digest, size: 1, kind: "file", layer: "default" } as FileState;
    entries.set(at(path), { tracked: true, base });
    workspace.replaceState({ ...workspace.state, entries });
  };

  it("stops tracking and leaves the disk alone", async () => {
    for (const name of ["a", "d/1", "d/2", "e.md"]) folder.write(name, "x");
    await add(["."]);
    withBase("d/1");
    const result = await removePaths(workspace, ["d", "*.md", "nothing"], { cwd: folder.root });
    expect(result).toMatchObject({ removed: ["d/1", "d/2", "e.md"], deleted: [], missing: ["nothing"] });
    expect(tracked()).toEqual(["a"]);
    expect(workspace.state.entries.get(at("d/1"))).toMatchObject({ tracked: false, base: { size: 1 } });
    expect(workspace.state.entries.has(at("d/2"))).toBe(false);
    expect(existsSync(folder.path("d/1"))).toBe(true);
    expect((await add(["d/1"])).added).toEqual(["d/1"]);
    expect(workspace.state.entries.get(at("d/1"))).toMatchObject({ tracked: true, base: { size: 1 } });
  });

  it("deletes on request, and keeps what exists nowhere else", async () => {
    for (const name of ["same", "d/changed", "d/new"]) folder.write(name, "x");
    await add(["."]);
    withBase("same");
    withBase("d/changed");
    folder.write("d/changed", "y");
    const result = await removePaths(workspace, ["."], { cwd: folder.root, delete: true });
    expect(result).toMatchObject({ deleted: ["d/changed", "d/new", "same"], kept: ["d/changed", "d/new"] });
    expect(existsSync(folder.path("d"))).toBe(false);
    expect(existsSync(folder.path("same"))).toBe(false);
    const kept = listReplaced(folder.root);
    expect(kept.map(({ path, file }) => [path, readFileSync(file, "utf8")])).toEqual([
      ["d/changed", "y"],
      ["d/new", "x"],
    ]);
    expect(join(kept[0]?.file ?? "", "..")).toContain(".bale");
  });
});

describe("links through links", () => {
  it("are found on the way, not at the end", () => {
    const isLink = (path: string): boolean => path === "a/l";
    expect(passedLink(at("b/x"), "../a/l/y", isLink)).toBe("a/l");
    expect(passedLink(at("b/x"), "../a/l", isLink)).toBeUndefined();
    expect(passedLink(at("a/x"), "l/../y", isLink)).toBe("a/l");
    expect(passedLink(at("a/x"), "./y", isLink)).toBeUndefined();
  });
});
