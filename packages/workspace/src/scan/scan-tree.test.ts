import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { comparePaths } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useFolders } from "../workspace.testing.js";
import { escapeName } from "./escape-name.js";
import { createIgnoreRules } from "./ignore-rules.js";
import { sortNames } from "./read-folder.js";
import { scanTree } from "./scan-tree.js";

const options = { ignore: createIgnoreRules(), isTracked: () => false };

describe("scan", () => {
  const folder = useFolders();

  it("lists files and links in the order of their bytes, with kinds", async () => {
    const { root, write, link } = folder();
    const names = ["a-b", "a/b", "a/z/1", "a.b", "a0", "b\u{1f600}", "b\uffee", "é", "Z"];
    for (const name of names) write(name, name);
    write("run", "#!", 0o755);
    link("l", "a/b");
    link("dir-link", "a");
    mkdirSync(`${root}/empty`);
    const { files, problems } = await scanTree(root, options);
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual([...names, "run", "l", "dir-link"].sort(comparePaths));
    expect(problems).toEqual([]);
    const kinds = Object.fromEntries(files.map(({ path, stat }) => [path, stat.kind]));
    expect(kinds).toMatchObject({ run: "exec", l: "link", "dir-link": "link", Z: "file" });
  });

  it("keeps that order where a folder holds nothing but folders", async () => {
    const { root, write } = folder();
    const names = ["s/s3/a", "s/s3-control/a", "s/s3.x/a", "s/s30/a"];
    for (const name of names) write(name, name);
    const { files } = await scanTree(root, options);
    expect(files.map(({ path }) => path)).toEqual([...names].sort(comparePaths));
  });

  it("does not enter ignored folders, and lists tracked files that are ignored", async () => {
    const { root, write } = folder();
    for (const name of [
      "node_modules/x/y",
      ".git/config",
      "a/.venv/z",
      "b.log",
      "keep.log",
      "src/a.ts",
      ".DS_Store",
    ])
      write(name, "");
    const scan = await scanTree(root, {
      ignore: createIgnoreRules("*.log\n"),
      isTracked: (path) => path === "keep.log",
    });
    expect(scan.files.map(({ path }) => path)).toEqual(["keep.log", "src/a.ts"]);
    expect([...scan.ignored].sort()).toEqual([".DS_Store", ".git/", "a/.venv/", "b.log", "node_modules/"]);
    expect([...scan.folders].sort()).toEqual(["", "a", "src"]);
  });

  it("lets .baleignore take a default back, but never a control folder", async () => {
    const { root, write } = folder();
    write("node_modules/x", "");
    write(".bale/state", "");
    write("sub/.bale/state", "");
    write("sub/.git/config", "");
    const scan = await scanTree(root, {
      ...options,
      ignore: createIgnoreRules("!node_modules/\n!.bale/\n!.git\n"),
    });
    expect(scan.files.map(({ path }) => path)).toEqual(["node_modules/x"]);
    expect(scan.problems).toMatchObject([{ path: "sub/.git", code: "UNSAFE_PATH" }]);
  });

  it("names what no bundle can hold, with escapes", async () => {
    const { root, write } = folder();
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), "");
    write("caf\ufffd", "really this character");
    write("aux.txt", "");
    write("a?b", "");
    write("bad\u0007bell", "");
    execFileSync("mkfifo", [`${root}/pipe`]);
    const { files, problems } = await scanTree(root, options);
    expect(files.map(({ path }) => path)).toEqual(["caf\ufffd"]);
    const found = Object.fromEntries(problems.map(({ path, code }) => [path, code]));
    expect(found).toEqual({
      "caf\\xe9": "NAME_ENCODING",
      "aux.txt": "NAME_UNPORTABLE",
      "a?b": "NAME_UNPORTABLE",
      "bad\\x07bell": "UNSAFE_PATH",
      pipe: "NOT_REGULAR",
    });
  });

  it.skipIf(process.getuid?.() === 0)("reports a folder that it may not read", async () => {
    const { root, write, path } = folder();
    write("closed/x", "");
    chmodSync(path("closed"), 0);
    const { unreadable } = await scanTree(root, options);
    chmodSync(path("closed"), 0o755);
    expect([...unreadable].map(([name, error]) => [name, error.code])).toEqual([["closed", "PERMISSION"]]);
  });

  it("begins at a folder and stops when told", async () => {
    const { root, write } = folder();
    write("a/b/c", "");
    write("a/d", "");
    write("e", "");
    const { files } = await scanTree(root, { ...options, from: "a" });
    expect(files.map(({ path }) => path)).toEqual(["a/b/c", "a/d"]);
    await expect(scanTree(root, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
  });
});

describe("names", () => {
  it("are escaped byte by byte where they are no text", () => {
    expect(escapeName(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3, 0x0a]))).toBe("a\\xffé\\xc3\\x0a");
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = escapeName(bytes);
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        if (/^[a-z]*$/.test(text)) expect(Buffer.from(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("sort as their bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (names) => {
        const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const valid = byBytes.filter((name) => Buffer.from(name).toString() === name);
        expect(sortNames([...valid].reverse())).toEqual(valid);
      }),
    );
  });
});
