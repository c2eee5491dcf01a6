import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { runInProcess } from "./in-process.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

const MARKUP = '</pre><script src="https://example.com/x.js"></script>';

describe("pages", () => {
  let cwd: string;
  let layout: string;
  const start = (...args: string[]) => runInProcess(args, { cwd });
  const run = async (...args: string[]) => {
    const result = await start(...args);
    expect(result.exit, result.stderr).toBe(0);
    return result;
  };
  const read = (name: string) => readFileSync(join(cwd, name), "utf8");

  beforeEach(async () => {
    const root = temporaryFolder();
    cwd = join(root, "work");
    layout = `oci:${join(root, "layout")}`;
    writeFiles(cwd, { "src/main.py": "print(1)\n", "data/big.bin": "\0".repeat(4_000) });
    await run("init");
    await run("add", ".");
    await run("push", "-u", `${layout}:v1`);
    writeFiles(cwd, { "src/main.py": `print(2) # ${MARKUP}\n`, "src/new.py": "print(3)\n" });
  });

  it("of a diff: added and changed lines, escaped, and the same twice", async () => {
    const printed = await run("diff", "--html", "../one.html");
    expect(printed.stdout).toMatch(/^wrote .*one\.html \([0-9.]+ KiB\)\n$/);
    const page = read("../one.html");
    expect(page).toContain("-print(1)");
    expect(page).toContain(
      "+print(2) # &lt;/pre&gt;&lt;script src=&quot;https://example.com/x.js&quot;&gt;&lt;/script&gt;",
    );
    expect(page).not.toContain(MARKUP);
    expect(page.match(/<script/g)).toHaveLength(1);
    await run("diff", "--html", "../two.html");
    expect(read("../two.html")).toBe(page);
  });

  it("have the same document with --json as without a page", async () => {
    const plain = await run("diff", "--json");
    expect((await run("diff", "--json", "--html", "../page.html")).stdout).toBe(plain.stdout);
  });

  it("of sizes alone where no contents are wanted", async () => {
    for (const flag of ["--stat", "--name-only", "--offline"]) {
      await run("diff", flag, "--html", "../page.html");
      const page = read("../page.html");
      expect(page).toContain("contents were not looked at");
      expect(page).toContain("main.py");
      expect(page).not.toContain("print(2)");
    }
  });

  it("of a bundle: layers, the largest files, and of a single file", async () => {
    await run("show", `${layout}:v1`, "--html", "../bundle.html");
    const page = read("../bundle.html");
    expect(page).toMatch(/Largest files[\s\S]*big\.bin[\s\S]*main\.py/);
    expect(page).toMatch(/What takes the space[\s\S]*<th[^>]*>Layer</);
    await run("show", `${layout}:v1//data/big.bin`, "--html", "../file.html");
    expect(read("../file.html")).toContain("4,000 bytes");
  });

  it("are written by nothing but the command itself", async () => {
    expect((await run("diff", "--dry-run", "--html", "../dry.html")).stdout).toContain("would write");
    expect(existsSync(join(cwd, "../dry.html"))).toBe(false);
    expect(await start("diff", "--html", "-")).toMatchObject({ exit: 2, stdout: "" });
    writeFiles(cwd, { "../kept.html": "mine" });
    expect((await start("show", `${layout}:none`, "--html", "../kept.html")).exit).not.toBe(0);
    expect(read("../kept.html")).toBe("mine");
    const nowhere = await start("diff", "--html", "no/such/folder/page.html");
    expect(nowhere.exit).not.toBe(0);
    expect(nowhere.stderr).toMatch(/^error: .*\[[A-Z_]+\]\n {2}why: /);
  });

  it("carry the date of SOURCE_DATE_EPOCH and no other", async () => {
    await runInProcess(["diff", "--html", "../dated.html"], { cwd, env: { SOURCE_DATE_EPOCH: "86400" } });
    expect(read("../dated.html")).toContain("dated 1970-01-02 00:00:00 UTC");
    await run("diff", "--html", "../undated.html");
    expect(read("../undated.html")).not.toContain("dated ");
  });
});
