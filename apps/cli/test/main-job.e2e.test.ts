import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startTestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { type BundleResult, bale } from "./bundle.js";
import { runInProcess } from "./in-process.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

const FILES = {
  "bale.yaml":
    'layers: { code: ["src/**"], data: ["data/**"] }\nroles: { runtime: [code], all-of-it: [code, data] }\n',
  "src/main.py": "print(1)\n",
  "data/big.csv": "a,b\n".repeat(5000),
};

type Start = (args: readonly string[], options: { readonly cwd: string }) => Promise<BundleResult>;

/** From nothing to a settled conflict, with every result checked by its content. */
async function mainJob(root: string, reference: string, start: Start): Promise<void> {
  const author = join(root, "author");
  mkdirSync(author);
  writeFiles(author, FILES);
  const run = (cwd: string, ...args: string[]) => start(args, { cwd });
  expect(await run(author, "init")).toMatchObject({ exit: 0 });
  expect(await run(author, "add", ".")).toMatchObject({ exit: 0 });
  const pushed = await run(author, "push", "-u", reference, "--json");
  expect(pushed).toMatchObject({ exit: 0, stderr: "" });
  expect(JSON.parse(pushed.stdout)).toMatchObject({ schemaVersion: 1, outcome: "pushed", sentFiles: 4 });

  writeFiles(author, { "src/main.py": "print(2)\n" });
  expect((await run(author, "status", "--porcelain")).stdout).toBe("local\tmodified\tsrc/main.py\n");
  expect(await run(author, "status", "--exit-code")).toMatchObject({ exit: 1 });
  expect(await run(author, "push")).toMatchObject({ exit: 0 });
  expect((await run(author, "push")).stdout).toContain("nothing to push");

  const cloned = await run(root, "clone", reference, "server", "--role", "runtime");
  expect(cloned).toMatchObject({ exit: 0 });
  const server = join(root, "server");
  expect(readFileSync(join(server, "src/main.py"), "utf8")).toBe("print(2)\n");
  expect(existsSync(join(server, "data"))).toBe(false);

  writeFiles(author, { "src/main.py": "print(3)\n" });
  expect(await run(author, "push")).toMatchObject({ exit: 0 });
  writeFiles(server, { "src/main.py": "print(9)\n" });
  const refused = await run(server, "pull");
  expect(refused).toMatchObject({ exit: 6, stdout: "" });
  expect(refused.stderr).toMatch(
    /^error: pull refused: .*\[PULL_REFUSED\]\n {2}why: {2}src\/main\.py: changed here, changed there\n {2}fix: {2}/,
  );
  expect(await run(server, "pull", "--theirs", "src/main.py")).toMatchObject({ exit: 0 });
  expect(readFileSync(join(server, "src/main.py"), "utf8")).toBe("print(3)\n");
  expect(await run(server, "restore", "src/main.py")).toMatchObject({ exit: 0 });
  expect(readFileSync(join(server, "src/main.py"), "utf8")).toBe("print(9)\n");

  expect(await run(root, "verify", reference, "--deep")).toMatchObject({ exit: 0 });
  expect((await run(root, "cat", `${reference}//src/main.py`)).stdout).toBe("print(3)\n");
  expect((await run(root, "ls", reference, "--role", "runtime")).stdout).not.toContain("data/big.csv");
  expect(await run(root, "ensure", reference, "served")).toMatchObject({ exit: 0 });
  expect(readFileSync(join(root, "served/data/big.csv"), "utf8")).toBe(FILES["data/big.csv"]);
}

describe("the main job", () => {
  it("works with an OCI layout, by the built command line", async () => {
    const root = temporaryFolder();
    await mainJob(root, `oci:${join(root, "store")}:v1`, bale);
  });

  it("works with a registry", async () => {
    await using registry = await startTestRegistry();
    await mainJob(temporaryFolder(), `${registry.host}/acme/app:v1`, runInProcess);
  });

  it("is what quickstart shows, and quickstart leaves nothing behind", async () => {
    const home = temporaryFolder();
    const result = await bale(["quickstart"], { cwd: home, env: { TMPDIR: home } });
    expect(result).toMatchObject({ exit: 0, stderr: "" });
    expect(result.stdout).toContain("All 12 steps did what they should.");
    expect(readdirSync(home)).toEqual([]);
  });
});
