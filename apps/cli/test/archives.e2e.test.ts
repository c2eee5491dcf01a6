import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bale, cleanEnvironment, MAIN } from "./bundle.js";
import { runInProcess } from "./in-process.js";
import { writeFiles } from "./temporary-folder.js";

let root: string;
const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The bundle's command with its standard output as bytes; `stop` ends the reading early. */
function piped(
  args: readonly string[],
  options: { readonly input?: Uint8Array; readonly stop?: boolean } = {},
): Promise<{ readonly exit: number | null; readonly stdout: Buffer; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: root, env: cleanEnvironment(root) });
    const chunks: Buffer[] = [];
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (options.stop) child.stdout.destroy();
    });
    child.on("error", reject);
    child.on("close", (exit) => resolve({ exit, stdout: Buffer.concat(chunks), stderr }));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

async function run(...args: readonly string[]): Promise<string> {
  const result = await runInProcess(args, { cwd: root });
  expect(result).toMatchObject({ exit: 0 });
  return result.stdout;
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "bale-archives-"));
  writeFiles(root, {
    "app/bale.yaml": 'layers: { code: ["src/**"], data: ["data/**"] }\nroles: { runtime: [code] }\n',
    "app/src/a.py": "print(1)\n",
    "app/data/x.csv": Array.from({ length: 400_000 }, (_, at) => `${at * 7919},${at}\n`).join(""),
  });
  await run("-C", "app", "init");
  await run("-C", "app", "add", ".");
  await run("-C", "app", "push", "-u", "oci:../store:v1");
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("bale export", () => {
  it("writes to a pipe what it writes to a file, and says the rest on stderr", async () => {
    await run("export", "oci:store:v1", "-o", "app.tar");
    const { exit, stdout, stderr } = await piped(["export", "oci:store:v1", "-o", "-"]);
    expect(exit).toBe(0);
    expect(sum(stdout)).toBe(sum(readFileSync(join(root, "app.tar"))));
    expect(stderr).toContain(`sha256:${sum(stdout)}`);
    const compressed = await piped(["export", "oci:store:v1", "-o", "-", "--gzip"]);
    await run("export", "oci:store:v1", "-o", "app.tgz");
    expect(sum(compressed.stdout)).toBe(sum(readFileSync(join(root, "app.tgz"))));
  });

  it("ends with 141 when nobody reads the pipe any more", async () => {
    expect((await piped(["export", "oci:store:v1", "-o", "-"], { stop: true })).exit).toBe(141);
  });

  it("refuses a terminal, a file inside what it exports, and JSON beside the archive", async () => {
    for (const args of [
      ["export", "oci:store:v1"],
      ["export", "oci:store:v1", "-o", "store/x.tar"],
      ["-C", "app", "export", ".", "-o", "x.tar"],
      ["-C", "app", "export", ".", "-o", "src/x.tar", "--files"],
      ["export", "oci:store:v1", "-o", "-", "--json"],
      ["export", ".", "oci:store:v1", "-o", "x.tar"],
    ])
      expect(await runInProcess(args, { cwd: root }), args.join(" ")).toMatchObject({ exit: 2 });
    const terminal = await runInProcess(["export", "oci:store:v1", "-o", "-"], { cwd: root, isTty: true });
    expect(terminal).toMatchObject({ exit: 2 });
    expect(terminal.stderr).toContain("not written to a terminal");
    expect(readdirSync(join(root, "app")).sort()).toEqual([
      ".bale",
      ".baleignore",
      "bale.yaml",
      "data",
      "src",
    ]);
  });

  it("leaves nothing under the final name, and no rubbish, when it is interrupted", async () => {
    const child = spawn(process.execPath, [MAIN, "export", "oci:store:v1", "-o", "stopped.tar.gz"], {
      cwd: root,
      env: cleanEnvironment(root, { BALE_PROGRESS: "json" }),
    });
    // Once: a second signal would end it without any cleaning up.
    child.stderr.once("data", () => child.kill("SIGINT"));
    const exit = await new Promise((resolve) => child.on("close", resolve));
    const left = readdirSync(root).filter((name) => name.includes("stopped"));
    expect({ exit, left }).toEqual(exit === 0 ? { exit, left: ["stopped.tar.gz"] } : { exit: 130, left: [] });
  });
});

describe("bale import", () => {
  it("reads standard input, and leaves nothing of an archive that is cut off", async () => {
    const archive = (await piped(["export", "oci:store:v1", "-o", "-"])).stdout;
    expect((await piped(["import", "-", "oci:piped"], { input: archive })).exit).toBe(0);
    expect(await run("tags", "oci:piped")).toBe("v1\n");
    for (const into of [["oci:cut"], ["--into", "cut"]]) {
      const { exit, stderr } = await piped(["import", "-", ...into], { input: archive.subarray(0, 100_000) });
      expect({ exit, stderr }).toMatchObject({ exit: 5 });
      expect(stderr).toContain("[ARCHIVE_INVALID]");
      expect(existsSync(join(root, "cut"))).toBe(false);
    }
    expect((await piped(["import", "-"], { input: archive })).exit).toBe(2);
  });

  it("makes a workspace beside the archive, which archives of any name are good for", async () => {
    await run("export", "oci:store:v1", "-o", "made.tar.gz", "--role", "runtime");
    await run("import", "made.tar.gz");
    expect(readFileSync(join(root, "made/src/a.py"), "utf8")).toBe("print(1)\n");
    expect(existsSync(join(root, "made/data"))).toBe(false);
    writeFileSync(join(root, "carried.bin"), readFileSync(join(root, "made.tar.gz")));
    await run("import", "carried.bin", "oci:carried");
    expect(await runInProcess(["import", "made.tar.gz"], { cwd: root })).toMatchObject({ exit: 6 });
    expect(await runInProcess(["import", "none.tar", "oci:none"], { cwd: root })).toMatchObject({ exit: 3 });
    expect(await runInProcess(["import", "app/src/a.py", "oci:none"], { cwd: root })).toMatchObject({
      exit: 5,
    });
  });

  it("works from wherever it is started, with one bundle of several and one file of a bundle", async () => {
    await run("copy", "oci:store:v1", "oci:store:v2", "--layer", "code");
    await run("export", "oci:store:v1", "oci:store:v2", "-o", "both.tar");
    expect(await run("-C", "app", "ls", "../both.tar:v2")).not.toContain("x.csv");
    expect(await run("-C", "app", "cat", "../both.tar:v2//src/a.py")).toBe("print(1)\n");
    expect(await run("-C", "app", "tags", "../both.tar")).toBe("v1\nv2\n");
    expect(await bale(["-C", "app", "ls", "../both.tar"], { cwd: root })).toMatchObject({ exit: 2 });
  });
});
