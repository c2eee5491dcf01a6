import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { Worker } from "node:worker_threads";
import { BaleError } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { useFolders } from "../workspace.testing.js";
import { placeFile } from "./place-file.js";
import { createSafeFolders } from "./safe-folders.js";

const onLinux = existsSync("/proc/self/fd");

function leadsBelow(fd: string, root: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${root}/`);
  } catch {
    // The handle of the listing itself is closed by now.
    return false;
  }
}

// Swaps a folder and a link that leads outside, as fast as it can, until told to stop.
const SWAPPER = `
const { renameSync, symlinkSync, rmSync, mkdirSync } = require("node:fs");
const { workerData } = require("node:worker_threads");
const { root, stop } = workerData;
const stopped = new Int32Array(stop);
let count = 0;
while (Atomics.load(stopped, 0) === 0) {
  try {
    renameSync(root + "/data", root + "/away");
    symlinkSync("../canary", root + "/data");
    rmSync(root + "/data");
    renameSync(root + "/away", root + "/data");
  } catch {}
  count++;
}
`;

describe.each([
  ["by handle", true],
  ["by looking", false],
])("safe folders %s", (_, handles) => {
  const make = useFolders();

  it.skipIf(handles && !onLinux)("are made on request, and only then", () => {
    const { root, path } = make();
    using folders = createSafeFolders(root, handles);
    expect(folders.open("a/b", false)).toBeUndefined();
    writeFileSync(folders.open("a/b", true)?.path("f") ?? "", "x");
    expect(readdirSync(path("a/b"))).toEqual(["f"]);
    expect(folders.open("", false)).toBeDefined();
  });

  it.skipIf(handles && !onLinux)("are never links or files, at any depth", () => {
    const { root, write, link } = make();
    write("../canary/sub/x", "");
    write("file", "");
    link("l", "../canary");
    link("inner", ".");
    using folders = createSafeFolders(root, handles);
    for (const [folder, code] of [
      ["l", "SYMLINK_PARENT"],
      ["l/sub", "SYMLINK_PARENT"],
      ["l/new", "SYMLINK_PARENT"],
      ["inner", "SYMLINK_PARENT"],
      ["file", "WOULD_OVERWRITE"],
      ["file/x", "WOULD_OVERWRITE"],
    ] as const)
      expect(() => folders.open(folder, true)).toThrow(expect.objectContaining({ code }));
  });

  it.skipIf(handles && !onLinux)("notice that they were swapped since", () => {
    const { root, path } = make();
    mkdirSync(path("../canary"));
    using folders = createSafeFolders(root, handles);
    folders.open("data", true);
    renameSync(path("data"), path("moved"));
    symlinkSync("../canary", path("data"));
    expect(() => folders.open("data", true)).toThrow(expect.objectContaining({ code: "SYMLINK_PARENT" }));
  });

  it.skipIf(handles && !onLinux)("are opened again after they were removed", () => {
    const { root, path } = make();
    using folders = createSafeFolders(root, handles);
    folders.open("a/b", true);
    renameSync(path("a"), path("z"));
    folders.forget("a");
    writeFileSync(folders.open("a/b", true)?.path("f") ?? "", "x");
    expect(readdirSync(path("a/b"))).toEqual(["f"]);
  });

  it.skipIf(handles && !onLinux)("hold few handles, however many folders there are", () => {
    const { root } = make();
    using folders = createSafeFolders(root, handles);
    for (let index = 0; index < 50; index++) folders.open(`f${index}/a/b/c`, true);
    // Other threads of this process open files meanwhile: only those below this root count.
    const held = onLinux ? readdirSync("/proc/self/fd").filter((fd) => leadsBelow(fd, root)) : [];
    expect(held.length).toBeLessThanOrEqual(10);
  });
});

describe("a folder that another process swaps for a link all the time", () => {
  const make = useFolders();

  it.skipIf(!onLinux)("never leads out of the tree", async () => {
    const { root, path } = make();
    mkdirSync(path("data"));
    mkdirSync(path("../canary"));
    const stop = new SharedArrayBuffer(4);
    const worker = new Worker(SWAPPER, { eval: true, workerData: { root, stop } });
    await new Promise((resolve) => worker.once("online", resolve));
    let refused = 0;
    try {
      using folders = createSafeFolders(root);
      for (let index = 0; index < 2000; index++) {
        writeFileSync(path("temporary"), "evil");
        try {
          const folder = folders.open("data", false);
          if (folder) placeFile(path("temporary"), folder, `f${index}`, "f");
        } catch (error) {
          if (!BaleError.is(error)) throw error;
          refused++;
        }
      }
    } finally {
      Atomics.store(new Int32Array(stop), 0, 1);
      await new Promise((resolve) => worker.once("exit", resolve));
    }
    expect(readdirSync(path("../canary"))).toEqual([]);
    expect(refused).toBeLessThanOrEqual(2000);
  });
});
