import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cleanEnvironment, MAIN } from "./bundle.js";
import { runInProcess } from "./in-process.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

let registry: TestRegistry;
let root: string;
let reference: string;

const run = (...args: string[]) => runInProcess(args, { cwd: root });

beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(async () => {
  await registry.close();
});
beforeEach(async () => {
  registry.clearFaults();
  root = temporaryFolder();
  reference = `${registry.host}/acme/codes:v1`;
  writeFiles(root, { "a.txt": "a\n", "b.bin": "b".repeat(3_000_000) });
  await run("init");
  await run("add", ".");
  await run("push", "-u", reference, "--force");
});

describe("exit codes", () => {
  it("0: done, and nothing to do", async () => {
    expect(await run("push")).toMatchObject({ exit: 0 });
    expect(await run("pull")).toMatchObject({ exit: 0 });
  });

  it("1: something differs, and only when it was asked for", async () => {
    writeFileSync(join(root, "a.txt"), "changed\n");
    expect(await run("diff")).toMatchObject({ exit: 0 });
    expect(await run("diff", "--exit-code")).toMatchObject({ exit: 1 });
    expect(await run("status", "--exit-code")).toMatchObject({ exit: 1 });
  });

  it("2: a bale.yaml with mistakes, all of them with line and column", async () => {
    writeFileSync(join(root, "bale.yaml"), "layer: {}\npack: { target: soon }\n");
    const { exit, stderr } = await run("status");
    expect(exit).toBe(2);
    expect(stderr).toMatch(/bale\.yaml:1:1: .*layers/);
    expect(stderr).toMatch(/\n {8}.*bale\.yaml:2:\d+: /);
  });

  it("3: a tag, a file or a workspace that is not there", async () => {
    expect(await run("pull", `${registry.host}/acme/codes:absent`)).toMatchObject({ exit: 3 });
    expect(await run("cat", `${reference}//absent.txt`)).toMatchObject({ exit: 3 });
    expect(await runInProcess(["status"], { cwd: temporaryFolder() })).toMatchObject({ exit: 3 });
    expect(await run("add", "absent.txt")).toMatchObject({ exit: 3 });
  });

  it("3: a current folder that is gone", async () => {
    const gone = join(temporaryFolder(), "gone");
    mkdirSync(gone);
    const command = `rmdir "$PWD"; exec "${process.execPath}" "${MAIN}" status`;
    const child = spawn("/bin/sh", ["-c", command], { cwd: gone, env: cleanEnvironment(root) });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(3);
    expect(stderr).toMatch(/^error: the current folder does not exist any more \[NOT_FOUND\]\n/);
  });

  it("5: wrong bytes, also when they were written out already", async () => {
    registry.addFault({ method: "GET", path: /\/blobs\//, times: 0, action: { kind: "corrupt" } });
    const { exit, stderr } = await run("cat", `${reference}//b.bin`);
    expect(exit).toBe(5);
    expect(stderr).toMatch(/\[(DIGEST_MISMATCH|INDEX_INVALID)\]/);
  });

  it("6: a conflict", async () => {
    const other = join(temporaryFolder(), "other");
    await runInProcess(["clone", reference, other], { cwd: root });
    writeFileSync(join(other, "a.txt"), "other\n");
    expect(await runInProcess(["push"], { cwd: other })).toMatchObject({ exit: 0 });
    writeFileSync(join(root, "a.txt"), "mine\n");
    expect(await run("pull")).toMatchObject({ exit: 6 });
    expect(await run("push")).toMatchObject({ exit: 6 });
  });

  it("7: a registry that fails; status shows what is known, and fails only when told to", async () => {
    registry.addFault({ times: 0, action: { kind: "status", status: 503 } });
    expect(await run("pull", "--retries", "0")).toMatchObject({ exit: 7 });
    expect(await run("status", "--remote", "--retries", "0")).toMatchObject({ exit: 7 });
    const status = await run("status", "--retries", "0");
    expect(status).toMatchObject({ exit: 0 });
    expect(status.stdout).toContain("not asked");
    expect(await run("pull", "--offline")).toMatchObject({ exit: 7 });
  });

  it.skipIf(process.getuid?.() === 0)("8: a file that may not be read", async () => {
    writeFileSync(join(root, "a.txt"), "hidden\n");
    chmodSync(join(root, "a.txt"), 0);
    expect(await run("push")).toMatchObject({ exit: 8 });
  });

  it("9: a name that no bundle may hold", async () => {
    mkdirSync(join(root, "sub"));
    writeFileSync(join(root, "sub", "con.txt"), "");
    expect(await run("add", "sub")).toMatchObject({ exit: 9 });
  });

  it("11: a role or layer that does not exist", async () => {
    expect(await run("ls", reference, "--role", "absent")).toMatchObject({ exit: 11 });
    expect(await run("pull", "--layer", "absent")).toMatchObject({ exit: 11 });
  });
});

describe("a process that is stopped", () => {
  function start(...args: string[]) {
    const folder = temporaryFolder();
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: cleanEnvironment(folder, { TMPDIR: folder }),
    });
    const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.on("close", (code) => resolve({ code, stderr }));
    });
    return { child, ended, folder };
  }

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s exits %i, and leaves nothing behind", async (signal, code) => {
    let asked: () => void = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    registry.addFault({ method: "GET", path: /\/blobs\//, action: { kind: "run", run: () => asked() } });
    registry.addFault({
      method: "GET",
      path: /\/blobs\//,
      times: 0,
      action: { kind: "stall", afterBytes: 10 },
    });
    const { child, ended, folder } = start("clone", reference, "copy");
    await isAsked;
    child.kill(signal);
    const { code: exit, stderr } = await ended;
    expect(exit).toBe(code);
    expect(stderr).toContain("[INTERRUPTED]");
    expect(existsSync(join(folder, "copy"))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("by a reader that closes the pipe exits 141 without a word", async () => {
    const { child, ended } = start("cat", `${reference}//b.bin`);
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended).toEqual({ code: 141, stderr: "" });
  });
});
