import { hash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import type { Digest, EntryKind } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { controlPaths } from "../control-folder.js";
import { type FileStat, fileStatOf } from "../file-stat.js";
import { readWorkingTree } from "../tree/read-working-tree.js";
import type { Workspace } from "../workspace.js";
import { at, openTestWorkspace, type TestFolder, useFolders } from "../workspace.testing.js";
import { listReplaced, pruneReplaced } from "./replaced.js";
import { restoreReplaced } from "./restore-replaced.js";
import { createTreeWriter, type TreeWriter } from "./tree-writer.js";
import type { Expected, WriteRequest } from "./write-request.js";

const make = useFolders();
let folder: TestFolder;
let workspace: Workspace;
let writer: TreeWriter;
beforeEach(async () => {
  folder = make();
  workspace = await openTestWorkspace(folder.root);
  writer = await createTreeWriter(workspace, { reason: "pull ghcr.io/acme/app:v1" });
});
afterEach(async () => {
  await writer[Symbol.asyncDispose]();
  expect(readdirSync(controlPaths(folder.root).temporary)).toEqual([]);
  await workspace[Symbol.asyncDispose]();
});

const digest = (content: string | Uint8Array): Digest => `sha256:${hash("sha256", content)}` as Digest;
const stat = (path: string): FileStat => {
  const found = fileStatOf(lstatSync(folder.path(path), { bigint: true }));
  if (!found) throw new Error(`no file at ${path}`);
  return found;
};
const request = (
  path: string,
  content: string | Uint8Array,
  change: { kind?: EntryKind; expect?: Expected; keepOld?: boolean } = {},
): WriteRequest => ({
  path: at(path),
  state: { digest: digest(content), size: Buffer.byteLength(content), kind: change.kind ?? "file" },
  expect: change.expect ?? "absent",
  ...(change.keepOld === undefined ? {} : { keepOld: change.keepOld }),
});
const stage = (path: string, content: string, change: Parameters<typeof request>[2] = {}): Promise<void> =>
  writer.stageBytes(request(path, content, change), Buffer.from(content));
const read = (path: string): string => readFileSync(folder.path(path), "utf8");
async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}

describe("writing", () => {
  it("shows nothing before the commit, then everything with its kind", async () => {
    await stage("a/b/c", "content");
    await stage("run", "#!", { kind: "exec" });
    await writer.stageStream(request("stream", "one two"), chunks("one ", "two"));
    writer.stageLink(request("a/link", "b/c", { kind: "link" }), "b/c");
    expect(readdirSync(folder.root)).toEqual([".bale"]);
    expect(await writer.commit()).toEqual({ written: 4, removed: 0 });
    expect([read("a/b/c"), read("run"), read("stream"), readlinkSync(folder.path("a/link"))]).toEqual([
      "content",
      "#!",
      "one two",
      "b/c",
    ]);
    const umask = process.umask();
    expect(statSync(folder.path("run")).mode & 0o777).toBe(0o755 & ~umask);
    expect(statSync(folder.path("a/b/c")).mode & 0o777).toBe(0o644 & ~umask);
    expect(statSync(folder.path("a/b")).mode & 0o777).toBe(0o755 & ~umask);
    expect(workspace.statCache.entry(at("run"))).toMatchObject({ digest: digest("#!"), stat: stat("run") });
  });

  it("keeps nothing of content that is not what was announced", async () => {
    const good = request("f", "good");
    await expect(writer.stageBytes(good, Buffer.from("evil"))).rejects.toMatchObject({
      code: "DIGEST_MISMATCH",
    });
    await expect(writer.stageBytes(good, Buffer.from("longer"))).rejects.toMatchObject({
      code: "SIZE_MISMATCH",
    });
    await expect(writer.stageStream(good, chunks("ev", "il"))).rejects.toMatchObject({
      code: "DIGEST_MISMATCH",
    });
    await expect(writer.stageStream(good, chunks("goo"))).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
    await expect(writer.stageStream(good, chunks("good", "!"))).rejects.toMatchObject({
      code: "SIZE_MISMATCH",
    });
    expect(() => writer.stageLink(request("l", "other", { kind: "link" }), "target")).toThrow(
      expect.objectContaining({ code: "DIGEST_MISMATCH" }),
    );
    expect(() => writer.stageLink(request("l", "../x", { kind: "link" }), "../x")).toThrow(
      expect.objectContaining({ code: "LINK_UNSAFE" }),
    );
    expect(await writer.commit()).toEqual({ written: 0, removed: 0 });
    expect(readdirSync(folder.root)).toEqual([".bale"]);
    expect(readdirSync(controlPaths(folder.root).temporary)).toEqual([]);
  });

  it("hashes large files in a thread, in whatever order their ranges come", async () => {
    const size = 20 * 1024 * 1024;
    const content = Buffer.alloc(size, "0123456789abcdef!");
    const half = size / 2;
    const ranged = request("ranged", content);
    const pending = writer.begin(ranged);
    for (let at = 0; at < half; at += 1 << 20) {
      pending.write(content.subarray(half + at, half + at + (1 << 20)), half + at);
      pending.write(content.subarray(at, at + (1 << 20)), at);
    }
    await writer.stagePending(ranged, pending);
    const twice = request("twice", content);
    const repaired = writer.begin(twice);
    repaired.write(Buffer.alloc(size), 0);
    repaired.write(content, 0);
    await writer.stagePending(twice, repaired);
    const bad = request("bad", content);
    const damaged = writer.begin(bad);
    damaged.write(Buffer.alloc(size, 1), 0);
    await expect(writer.stagePending(bad, damaged)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    const short = writer.begin(bad);
    short.write(content.subarray(0, half), 0);
    await expect(writer.stagePending(bad, short)).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
    writer.begin(request("left", content)).write(content.subarray(0, half), 0);
    await writer.commit();
    expect(readFileSync(folder.path("ranged")).equals(content)).toBe(true);
    expect(readFileSync(folder.path("twice")).equals(content)).toBe(true);
  });

  it("writes links as files where the disk has no links", async () => {
    const { capabilities } = workspace.state;
    workspace.replaceState({ ...workspace.state, capabilities: { ...capabilities, symlinks: false } });
    writer.stageLink(request("l", "a/b", { kind: "link" }), "a/b");
    await writer.commit();
    expect(lstatSync(folder.path("l")).isFile()).toBe(true);
    expect(read("l")).toBe("a/b");
  });

  it("changes the executable bit without touching the bytes", async () => {
    folder.write("x", "same");
    const { ino } = stat("x");
    writer.stageKind(request("x", "same", { kind: "exec", expect: stat("x") }));
    await writer.commit();
    expect(stat("x")).toMatchObject({ kind: "exec", ino });
    const back = await createTreeWriter(workspace);
    back.stageKind(request("x", "same", { expect: stat("x") }));
    await back.commit();
    expect(stat("x").kind).toBe("file");
    await back[Symbol.asyncDispose]();
  });

  it("is not possible without the lock", async () => {
    const { lock: _, ...unlocked } = workspace;
    await expect(createTreeWriter({ ...unlocked, lock: undefined })).rejects.toMatchObject({
      code: "INTERNAL",
    });
  });
});

describe("what is in the way", () => {
  it("stops the commit before the first change, all named", async () => {
    for (const name of ["edited", "gone", "removed", "free"]) folder.write(name, name);
    await stage("a-new", "n");
    await stage("edited", "theirs", { expect: stat("edited") });
    await stage("gone", "theirs", { expect: stat("gone") });
    await stage("appeared", "theirs");
    writer.stageRemove({ path: at("removed"), expect: stat("removed") });
    writer.stageRemove({ path: at("free"), expect: stat("free") });
    folder.write("edited", "mine now");
    rmSync(folder.path("gone"));
    folder.write("appeared", "mine");
    folder.write("removed", "mine too");
    await expect(writer.commit()).rejects.toMatchObject({
      code: "FILE_CHANGED",
      context: { paths: ["removed", "appeared", "edited", "gone"] },
    });
    expect([read("edited"), read("appeared"), read("removed"), read("free")]).toEqual([
      "mine now",
      "mine",
      "mine too",
      "free",
    ]);
    expect(existsSync(folder.path("a-new"))).toBe(false);
  });

  it("is never reached through a link", async () => {
    folder.write("../canary/x", "canary");
    symlinkSync("../canary", folder.path("data"));
    await stage("data/x", "evil");
    await stage("data/new/deep", "evil");
    await expect(writer.commit()).rejects.toMatchObject({ code: "SYMLINK_PARENT" });
    expect(read("../canary/x")).toBe("canary");
    expect(readdirSync(folder.path("../canary"))).toEqual(["x"]);
  });

  it("makes room where it is a file that the plan replaces, and is kept", async () => {
    folder.write("up", "was a file");
    folder.write("old", "mine");
    mkdirSync(folder.path("hollow/deep"), { recursive: true });
    await stage("up/a", "1", { expect: { kind: "parent-is-file", path: "up" } });
    await stage("up/b", "2", { expect: { kind: "parent-is-file", path: "up" } });
    await stage("old", "theirs", { expect: stat("old"), keepOld: true });
    await stage("hollow", "file now");
    const { keptId } = await writer.commit();
    expect([read("up/a"), read("up/b"), read("old"), read("hollow")]).toEqual([
      "1",
      "2",
      "theirs",
      "file now",
    ]);
    const kept = listReplaced(folder.root);
    expect(kept.map(({ id, path, reason, file }) => [id, path, reason, readFileSync(file, "utf8")])).toEqual([
      [keptId, "old", "pull ghcr.io/acme/app:v1", "mine"],
      [keptId, "up", "pull ghcr.io/acme/app:v1", "was a file"],
    ]);
  });

  it("stays when it is a folder with files", async () => {
    folder.write("full/x", "mine");
    folder.write("file", "f");
    folder.write("taken", "t");
    writer.stageRemove({ path: at("taken"), expect: stat("taken") });
    await stage("another", "theirs");
    await stage("full", "theirs", { expect: { kind: "folder" } });
    await stage("file/below", "theirs");
    await expect(writer.commit()).rejects.toMatchObject({
      code: "WOULD_OVERWRITE",
      context: { paths: ["file/below", "full"] },
    });
    expect([read("full/x"), read("file"), read("taken"), existsSync(folder.path("another"))]).toEqual([
      "mine",
      "f",
      "t",
      false,
    ]);
  });

  it("leaves a clean tree free to become another: a folder becomes a file, a file a folder", async () => {
    folder.write("a/b", "1");
    folder.write("c", "2");
    writer.stageRemove({ path: at("a/b"), expect: stat("a/b") });
    writer.stageRemove({ path: at("c"), expect: stat("c") });
    await stage("a", "file");
    await stage("c/d", "deep");
    await writer.commit();
    expect([read("a"), read("c/d")]).toEqual(["file", "deep"]);
  });
});

describe("removing", () => {
  it("takes the folders along that it left empty, and no others", async () => {
    folder.write("a/b/c", "1");
    folder.write("a/b/d", "2");
    folder.write("e/f", "3");
    folder.write("e/mine", "4");
    folder.write("g/h", "5");
    for (const path of ["a/b/c", "a/b/d", "e/f", "g/h"])
      writer.stageRemove({ path: at(path), expect: stat(path) });
    await stage("g/i", "6");
    expect(await writer.commit()).toMatchObject({ removed: 4, written: 1 });
    expect(readdirSync(folder.root).sort()).toEqual([".bale", "e", "g"]);
    expect([read("e/mine"), read("g/i")]).toEqual(["4", "6"]);
  });

  it("is no failure when the file is gone already", async () => {
    writer.stageRemove({ path: at("a/b"), expect: undefined });
    await writer.commit();
  });
});

describe("kept files", () => {
  it("come back, and what they replace is kept in turn", async () => {
    folder.write("d/f", "mine");
    folder.link("l", "d/f");
    await stage("d/f", "theirs", { expect: stat("d/f"), keepOld: true });
    await stage("l", "no link", { expect: stat("l"), keepOld: true });
    await writer.commit();
    const result = await restoreReplaced(workspace, ["d", "nothing"]);
    expect(result).toMatchObject({ restored: [{ path: "d/f" }], missing: ["nothing"] });
    expect(read("d/f")).toBe("mine");
    expect(listReplaced(folder.root).map(({ path, reason }) => [path, reason])).toEqual([
      ["d/f", "restore"],
      ["l", "pull ghcr.io/acme/app:v1"],
    ]);
    await restoreReplaced(workspace);
    expect([read("d/f"), readlinkSync(folder.path("l"))]).toEqual(["theirs", "d/f"]);
  });

  it("go when they are old enough", async () => {
    folder.write("f", "mine");
    await stage("f", "x", { expect: stat("f"), keepOld: true });
    await writer.commit();
    expect(pruneReplaced(folder.root, { olderThanMs: 60_000 })).toEqual({ files: 0, bytes: 0 });
    expect(pruneReplaced(folder.root, { dryRun: true })).toEqual({ files: 1, bytes: 4 });
    expect(pruneReplaced(folder.root)).toEqual({ files: 1, bytes: 4 });
    expect(listReplaced(folder.root)).toEqual([]);
  });

  it("are not part of the tree", async () => {
    folder.write("f", "mine");
    await stage("f", "x", { expect: stat("f"), keepOld: true });
    await writer.commit();
    expect((await readWorkingTree(workspace)).untracked.map(({ path }) => path)).toEqual(["f"]);
  });
});

describe("a commit that is cut short", () => {
  it("leaves each path old or new, and a second one ends it", async () => {
    const stop = new AbortController();
    const names = Array.from({ length: 600 }, (_, index) => `f${index}`);
    for (const name of names) folder.write(name, "old");
    for (const name of names) await stage(name, "new", { expect: stat(name) });
    setImmediate(() => setImmediate(() => stop.abort()));
    await expect(writer.commit({ signal: stop.signal })).rejects.toMatchObject({ code: "INTERRUPTED" });
    const seen = names.map(read);
    expect(new Set(seen)).toEqual(new Set(["old", "new"]));
    await writer[Symbol.asyncDispose]();
    const second = await createTreeWriter(workspace);
    for (const name of names)
      if (read(name) === "old")
        await second.stageBytes(request(name, "new", { expect: stat(name) }), Buffer.from("new"));
    await second.commit();
    await second[Symbol.asyncDispose]();
    expect(new Set(names.map(read))).toEqual(new Set(["new"]));
  });
});

it("refuses a size that lies before it reserves anything", async () => {
  const bytes = Buffer.alloc(10);
  const lying = {
    ...request("sparse", bytes),
    state: { digest: digest(bytes), size: 1 << 30, kind: "file" as const },
  };
  await expect(writer.stageBytes(lying, bytes)).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
});
