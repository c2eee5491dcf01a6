import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync } from "node:fs";
import type { Digest, FileState, LayerName } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openWorkspace } from "../open-workspace.js";
import { type StateEntry, sortEntries } from "../state/workspace-state.js";
import type { Workspace } from "../workspace.js";
import { at, openTestWorkspace, type TestFolder, useFolders } from "../workspace.testing.js";
import { readWorkingTree } from "./read-working-tree.js";

const digest = (content: string): Digest => `sha256:${hash("sha256", content)}` as Digest;
const base = (content: string, change: Partial<FileState> = {}): FileState => ({
  digest: digest(content),
  size: Buffer.byteLength(content),
  kind: "file",
  layer: "default" as LayerName,
  ...change,
});

describe("reading the working tree", () => {
  const make = useFolders();
  let folder: TestFolder;
  let workspace: Workspace;
  beforeEach(async () => {
    folder = make();
    workspace = await openTestWorkspace(folder.root);
  });
  afterEach(() => workspace[Symbol.asyncDispose]());

  const track = (entries: Record<string, StateEntry>): void => {
    const sorted = sortEntries(Object.entries(entries).map(([path, entry]) => [at(path), entry]));
    workspace.replaceState({ ...workspace.state, entries: sorted });
  };

  it("gives tracked files their states, the base's own object where nothing changed", async () => {
    folder.write("same", "a");
    folder.write("changed", "new");
    folder.write("run", "#!", 0o755);
    folder.link("l", "same");
    folder.write("loose", "x");
    folder.write("dropped", "y");
    const same = base("a");
    track({
      same: { tracked: true, base: same },
      changed: { tracked: true, base: base("old") },
      run: { tracked: true },
      l: { tracked: true },
      gone: { tracked: true, base: base("g") },
      dropped: { tracked: false, base: base("y") },
    });
    const tree = await readWorkingTree(workspace);
    expect(tree.entries.map(({ path }) => path)).toEqual(["changed", "l", "run", "same"]);
    expect(tree.state(at("same"))).toBe(same);
    expect(tree.state(at("changed"))).toEqual(base("new"));
    expect(tree.state(at("run"))).toEqual(base("#!", { kind: "exec" }));
    expect(tree.state(at("l"))).toEqual(base("same", { kind: "link" }));
    expect(tree.untracked).toEqual([
      { path: "dropped", kind: "file", size: 1 },
      { path: "loose", kind: "file", size: 1 },
    ]);
    expect([tree.held(at("gone")), tree.held(at("dropped")), tree.held(at("loose"))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(tree.stat(at("same"))).toMatchObject({ size: 1, kind: "file" });
  });

  it("does not read a file twice, and sees every edit that shows in the stat", async () => {
    folder.write("old", "a");
    folder.age("old");
    track({ old: { tracked: true } });
    expect((await readWorkingTree(workspace)).hashed.files).toBe(1);
    // The time of change is young, so the first answer is not yet relied on.
    expect((await readWorkingTree(workspace)).hashed.files).toBe(1);
    const entry = workspace.statCache.entry(at("old"));
    if (!entry) throw new Error("not cached");
    workspace.statCache.set(at("old"), { ...entry, settled: true });
    expect((await readWorkingTree(workspace)).hashed).toEqual({ files: 0, bytes: 0 });
    await workspace.save();
    const again = await openWorkspace(folder.root);
    expect((await readWorkingTree(again)).hashed.files).toBe(0);

    folder.write("old", "b");
    folder.age("old");
    const tree = await readWorkingTree(again);
    expect(tree.hashed.files).toBe(1);
    expect(tree.state(at("old"))?.digest).toBe(digest("b"));
  });

  it("keeps what is tracked in ignored folders, and does not look through links that replaced folders", async () => {
    folder.write("node_modules/m/a", "a");
    folder.write("data/x", "x");
    track({
      "node_modules/m/a": { tracked: true, base: base("a") },
      "data/x": { tracked: true, base: base("x") },
    });
    expect((await readWorkingTree(workspace)).entries.map(({ path }) => path)).toEqual([
      "data/x",
      "node_modules/m/a",
    ]);
    for (const name of ["data", "node_modules/m"]) {
      renameSync(folder.path(name), folder.path(`${name}-moved`));
      symlinkSync(folder.path(`${name}-moved`), folder.path(name));
    }
    expect((await readWorkingTree(workspace)).entries).toEqual([]);
  });

  it("takes kinds from the base where the disk cannot keep them", async () => {
    folder.write("l", "target/of/link");
    folder.write("x", "#!");
    folder.write("new", "n", 0o755);
    const link = base("target/of/link", { kind: "link" });
    const exec = base("#!", { kind: "exec" });
    track({ l: { tracked: true, base: link }, x: { tracked: true, base: exec }, new: { tracked: true } });
    const { capabilities } = workspace.state;
    workspace.replaceState({
      ...workspace.state,
      capabilities: { ...capabilities, symlinks: false, executableBit: false },
    });
    const tree = await readWorkingTree(workspace);
    expect(tree.state(at("l"))).toBe(link);
    expect(tree.state(at("x"))).toBe(exec);
    expect(tree.state(at("new"))?.kind).toBe("file");
  });

  it("never takes an unreadable or unreachable file for a deleted one", async () => {
    folder.link("far", "/nonexistent/disk/file");
    const far = base("far");
    track({ far: { tracked: true, base: far, follow: true }, gone: { tracked: true, base: base("gone") } });
    await expect(readWorkingTree(workspace)).rejects.toMatchObject({
      code: "NOT_FOUND",
      context: { path: "far" },
    });
    const tree = await readWorkingTree(workspace, { unreadable: "report" });
    expect(tree.state(at("far"))).toBe(far);
    expect(tree.unreadable).toMatchObject([{ code: "NOT_FOUND" }]);
    expect(tree.state(at("gone"))).toBeUndefined();
  });

  it.skipIf(process.getuid?.() === 0)("names every file that it may not read, in one error", async () => {
    folder.write("a", "a");
    folder.write("b", "b");
    folder.write("closed/c", "c");
    track({ a: { tracked: true }, b: { tracked: true }, "closed/c": { tracked: true, base: base("c") } });
    chmodSync(folder.path("a"), 0);
    chmodSync(folder.path("b"), 0);
    chmodSync(folder.path("closed"), 0);
    await expect(readWorkingTree(workspace)).rejects.toMatchObject({
      code: "PERMISSION",
      context: { paths: ["closed/c", "a", "b"] },
    });
    chmodSync(folder.path("closed"), 0o755);
  });

  it("reads what followed links lead to", async () => {
    folder.write("../outside", "content");
    folder.link("in", "../outside");
    track({ in: { tracked: true, follow: true } });
    const tree = await readWorkingTree(workspace);
    expect(tree.state(at("in"))).toEqual(base("content"));
    expect(tree.stat(at("in"))).toMatchObject({ kind: "file", size: 7 });
  });

  it("assigns layers once, and anew after the declarations changed", async () => {
    folder.write("bale.yaml", "layers: { code: ['*.py'] }\n");
    folder.write("a.py", "x");
    utimesSync(folder.path("a.py"), 1, 1);
    await workspace.reloadProject();
    track({ "a.py": { tracked: true, base: base("x") } });
    expect((await readWorkingTree(workspace)).state(at("a.py"))?.layer).toBe("code");
    expect(workspace.statCache.entry(at("a.py"))?.layer).toBe("code");
    folder.write("bale.yaml", "layers: { scripts: ['*.py'] }\n");
    await workspace.reloadProject();
    expect(workspace.statCache.entry(at("a.py"))?.layer).toBeUndefined();
    expect((await readWorkingTree(workspace)).state(at("a.py"))?.layer).toBe("scripts");
  });

  it("says what is in the way, of ignored files too", async () => {
    folder.write("file", "f");
    folder.write("sub/tracked", "t");
    folder.write("mixed/tracked", "t");
    folder.write("mixed/node_modules/x", "t");
    folder.write("secret~", "s");
    mkdirSync(folder.path("empty/deep"), { recursive: true });
    folder.link("link", "file");
    execFileSync("mkfifo", [folder.path("pipe")]);
    track({
      "sub/tracked": { tracked: true },
      "mixed/tracked": { tracked: true },
      pipe: { tracked: true, base: base("p") },
    });
    const tree = await readWorkingTree(workspace);
    await tree.prepareInTheWay(["file", "secret~", "sub", "absent"].map(at));
    const way = (path: string) => tree.inTheWay(at(path));
    expect(way("file")).toEqual({ kind: "file", digest: digest("f"), size: 1 });
    expect(way("secret~")).toEqual({ kind: "file", digest: digest("s"), size: 1 });
    expect(way("link")).toEqual({ kind: "link", digest: digest("file"), size: 4 });
    expect(way("sub")).toEqual({ kind: "folder", holdsUntracked: false });
    expect(way("mixed")).toEqual({ kind: "folder", holdsUntracked: true });
    expect(way("empty")).toEqual({ kind: "folder", holdsUntracked: false });
    expect(way("pipe")).toEqual({ kind: "special" });
    expect(way("file/below")).toEqual({ kind: "parent-is-file", path: "file" });
    expect(way("link/a/b")).toEqual({ kind: "parent-is-file", path: "link" });
    expect(way("sub/tracked")).toBeUndefined();
    expect(way("absent")).toBeUndefined();
    expect(way("absent/deep/er")).toBeUndefined();
    expect(tree.stat(at("file"))).toMatchObject({ kind: "file", size: 1 });
  });
});
