import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { pageProblems, readHtml, textOf } from "../src/render-html/html-document.testing.js";
import { bale } from "./bundle.js";
import { runInProcess } from "./in-process.js";
import { checkDocument } from "./schemas/check-document.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

const MARKUP = '</pre><script src="https://example.com/x.js"></script>';

/** A workspace that was pushed twice, with a change of text, one of bytes and a new file between. */
async function twoVersions(reference: string): Promise<{ readonly cwd: string }> {
  const cwd = temporaryFolder();
  writeFiles(cwd, {
    "bale.yaml": 'layers: { code: ["src/**"], data: ["data/**"] }\nroles: { runtime: [code] }\n',
    "src/main.py": "first = 1\nkept = 2\n",
    "data/x.bin": "\0".repeat(2_000),
  });
  const run = async (...args: readonly string[]) =>
    expect(await runInProcess(args, { cwd })).toMatchObject({ exit: 0 });
  await run("init");
  await run("add", ".");
  await run("push", "-u", `${reference}:v1`);
  writeFiles(cwd, {
    "src/main.py": `second = 1\nkept = 2\n${MARKUP}\n`,
    "data/x.bin": "\0".repeat(5_000),
    "notes.md": "n\n",
  });
  await run("add", ".");
  await run("push", `${reference}:v2`);
  return { cwd };
}

function read(file: string): string {
  const page = readFileSync(file, "utf8");
  expect(pageProblems(page)).toEqual([]);
  return textOf(readHtml(page));
}

describe("a page", () => {
  it("of two versions has the tree, the layers and the changed lines; a second run writes the same bytes", async () => {
    await using registry = await startTestRegistry();
    const reference = `${registry.host}/acme/app`;
    const { cwd } = await twoVersions(reference);
    const args = ["diff", `${reference}:v1`, `${reference}:v2`, "--html", "page.html"];
    const first = await runInProcess(args, { cwd });
    expect(first).toMatchObject({ exit: 0, stderr: "" });
    expect(first.stdout).toMatch(/^wrote .*page\.html \(\d+\.\d KiB\)\n$/);
    const text = read(join(cwd, "page.html"));
    for (const each of [
      "3 changes",
      "-first = 1",
      "+second = 1",
      "kept = 2",
      `+${MARKUP}`,
      "1 binary",
      "added notes.md",
    ])
      expect(text).toContain(each);
    const bytes = readFileSync(join(cwd, "page.html"));
    writeFileSync(join(cwd, "page.html"), "an older page");
    expect(await runInProcess([...args, "--exit-code"], { cwd })).toMatchObject({ exit: 1 });
    expect(readFileSync(join(cwd, "page.html")).equals(bytes)).toBe(true);
  });

  it("of a bundle is of the manifest that was shown, and says what takes the space", async () => {
    await using registry = await startTestRegistry();
    const reference = `${registry.host}/acme/app`;
    const { cwd } = await twoVersions(reference);
    const args = ["show", `${reference}:v2`, "--html", "page.html"];
    const plain = await runInProcess(["show", `${reference}:v2`, "--json"], { cwd });
    const page = await runInProcess([...args, "--json"], { cwd });
    expect(page).toEqual(plain);
    checkDocument("show", page.stdout);
    const text = read(join(cwd, "page.html"));
    const { manifest } = JSON.parse(plain.stdout) as { readonly manifest: string };
    for (const each of [manifest, "What takes the space", "runtime", "data/x.bin", "4.9 KiB"])
      expect(text).toContain(each);
    const dated = await runInProcess(args, { cwd, env: { SOURCE_DATE_EPOCH: "1700000000" } });
    expect(dated.exit).toBe(0);
    expect(read(join(cwd, "page.html"))).toContain("dated 2023-11-14 22:13:20 UTC");
    const one = await runInProcess(["show", `${reference}:v2//src/main.py`, "--html", "page.html"], { cwd });
    expect(one.exit).toBe(0);
    expect(read(join(cwd, "page.html"))).toContain("src/main.py");
  });

  it("of a comparison leaves the document as it is without the page", async () => {
    await using registry = await startTestRegistry();
    const reference = `${registry.host}/acme/app`;
    const { cwd } = await twoVersions(reference);
    for (const more of [[], ["--patch"], ["--stat"]]) {
      const args = ["diff", `${reference}:v1`, `${reference}:v2`, ...more, "--json"];
      const plain = await runInProcess(args, { cwd });
      expect(await runInProcess([...args, "--html", "page.html"], { cwd })).toEqual(plain);
      checkDocument("diff", plain.stdout);
    }
    expect(read(join(cwd, "page.html"))).toContain("contents were not looked at");
  });

  it("of a workspace shows what changed here; without requests it has sizes alone", async () => {
    const registry = await startTestRegistry();
    const { cwd } = await twoVersions(`${registry.host}/acme/app`);
    writeFiles(cwd, { "src/main.py": "third = 1\nkept = 2\n" });
    expect(await runInProcess(["diff", "--html", "page.html"], { cwd })).toMatchObject({ exit: 0 });
    expect(read(join(cwd, "page.html"))).toContain("+third = 1");
    expect(await runInProcess(["diff", "--remote", "--html", "page.html"], { cwd })).toMatchObject({
      exit: 0,
    });
    expect(read(join(cwd, "page.html"))).toContain("Who changed what");
    await registry.close();
    for (const flag of ["--offline", "--stat", "--name-only"]) {
      expect(await runInProcess(["diff", flag, "--html", "page.html"], { cwd })).toMatchObject({ exit: 0 });
      expect(read(join(cwd, "page.html"))).toContain("contents were not looked at");
    }
    const failed = await runInProcess(["diff", "--html", "new.html", "--retries", "0"], { cwd });
    expect(failed).toMatchObject({ exit: 7, stdout: "" });
    expect(existsSync(join(cwd, "new.html"))).toBe(false);
  });

  it("is written whole, to a file that has a name, and not at all on a dry run", async () => {
    const cwd = temporaryFolder();
    const reference = `oci:${join(cwd, "layout")}`;
    const { cwd: work } = await twoVersions(reference);
    const show = (...args: readonly string[]) => runInProcess(["show", `${reference}:v1`, ...args], { cwd });
    expect(await show("--html", "page.html", "--dry-run")).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^would write .*page\.html/),
    });
    expect(await show("--html", "-")).toMatchObject({ exit: 2 });
    expect(await show("--html=")).toMatchObject({ exit: 2 });
    mkdirSync(join(cwd, "folder"));
    for (const file of ["folder", "nowhere/page.html"]) {
      const { exit, stderr } = await show("--html", file);
      expect(exit).not.toBe(0);
      expect(stderr).toMatch(/^error: .*\[[A-Z_]+\]\n {2}(?:why|fix): /);
    }
    expect(readdirSync(cwd).sort()).toEqual(["folder", "layout"]);
    writeFiles(cwd, { "kept.html": "mine" });
    const failed = await runInProcess(["show", `${reference}:none`, "--html", "kept.html"], { cwd });
    expect(failed).toMatchObject({ exit: 3, stdout: "" });
    expect(readFileSync(join(cwd, "kept.html"), "utf8")).toBe("mine");
    expect(readdirSync(work)).not.toContain("page.html");
  });

  it("is made by the built command line, too", async () => {
    const cwd = temporaryFolder();
    const reference = `oci:${join(cwd, "layout")}`;
    await twoVersions(reference);
    const diff = await bale(["diff", `${reference}:v1`, `${reference}:v2`, "--html", "page.html"], { cwd });
    expect(diff).toMatchObject({ exit: 0, stderr: "" });
    expect(read(join(cwd, "page.html"))).toContain("+second = 1");
    expect(await bale(["show", `${reference}:v2`, "--html", "page.html"], { cwd })).toMatchObject({
      exit: 0,
    });
    expect(read(join(cwd, "page.html"))).toContain("By store");
  });
});
