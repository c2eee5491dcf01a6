import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inflateSync } from "node:zlib";
import { serviceOrSkip } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBale } from "./harness/bale-command.js";
import { type Browser, startBrowser } from "./harness/browser.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

// What a page would run or load if it took any of it for markup.
const HOSTILE =
  '</pre><script>document.title = "taken"</script><img src="http://127.0.0.1:9/x" onerror="document.title=1">';
const CONTENTS = {
  "bale.yaml": "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code] }\n",
  "src/main.py": "print(1)\n",
  "src/page.html": `<p>first</p>\n`,
  "src/lib/old.py": "gone = True\n",
  "data/table.csv": "a,b\n".repeat(4_000),
  "data/model.bin": "\0\u0001".repeat(3_000),
} as const;

/** Width, height, and how many different bytes the picture has: a blank one has next to none. */
function readPicture(png: Buffer): {
  readonly width: number;
  readonly height: number;
  readonly variety: number;
} {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const pixels = inflateSync(Buffer.concat(data));
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), variety: new Set(pixels).size };
}

describe.skipIf(!serviceOrSkip("chromium"))("pages in a browser", () => {
  let folder: ScratchFolder;
  let browser: Browser;
  let diffFile: string;
  let showFile: string;

  beforeAll(async () => {
    folder = scratchFolder();
    const cwd = folder.make("work");
    folder.make("work/src/lib");
    folder.make("work/data");
    for (const [path, text] of Object.entries(CONTENTS)) writeFileSync(folder.join("work", path), text);
    diffFile = folder.join("diff.html");
    showFile = folder.join("show.html");
    const layout = `oci:${folder.join("layout")}`;
    const run = async (...args: string[]) => {
      const result = await runBale(args, { cwd });
      expect(result.exit, result.stderr).toBe(0);
    };
    await run("init");
    await run("add", ".");
    await run("push", "-u", `${layout}:v1`, "--annotation", `org.example.note=${HOSTILE}`);
    writeFileSync(folder.join("work/src/main.py"), "print(2)\n");
    writeFileSync(folder.join("work/src/page.html"), `<p>second</p>\n${HOSTILE}\n`);
    writeFileSync(folder.join("work/data/model.bin"), "\0\u0002".repeat(5_000));
    rmSync(folder.join("work/src/lib/old.py"));
    await run("add", ".");
    await run("push", `${layout}:v2`, "--annotation", `org.example.note=${HOSTILE}`);
    await run("diff", `${layout}:v1`, `${layout}:v2`, "--html", diffFile);
    await run("show", `${layout}:v2`, "--html", showFile);
    browser = startBrowser();
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    folder?.[Symbol.dispose]();
  });

  it.each([
    ["diff", () => diffFile],
    ["show", () => showFile],
  ] as const)(
    "%s: one file that asks for nothing, runs nothing foreign and fits a phone",
    async (_, file) => {
      const page = await browser.open(file());
      expect(page.requests).toEqual([pathToFileURL(file()).href]);
      // The buttons are made by the page's own script, so that the policy let it run.
      expect(await page.evaluate("document.querySelectorAll('p.fold button').length")).toBeGreaterThan(0);
      expect(await page.evaluate("document.scripts.length + document.images.length")).toBe(1);
      expect(await page.evaluate("document.title")).not.toMatch(/^(taken|1)$/);
      const outside =
        "[...document.querySelectorAll('[href],[src]')].filter((e) => !(e.getAttribute('href') ?? '').startsWith('#')).length";
      expect(await page.evaluate(outside)).toBe(0);
      for (const width of [1400, 320]) {
        await page.resize(width);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        const picture = readPicture(await page.screenshot());
        expect(picture.width).toBe(width);
        expect(picture.height).toBeGreaterThan(500);
        expect(picture.variety).toBeGreaterThan(60);
      }
      expect(page.complaints).toEqual([]);
    },
  );

  it("refuses a script that got into the page all the same", async () => {
    const spoilt = folder.join("spoilt.html");
    writeFileSync(spoilt, readFileSync(diffFile, "utf8").replace("<main>", `<main>${HOSTILE}`));
    const page = await browser.open(spoilt);
    expect(await page.evaluate("document.title")).toContain("bale diff");
    expect(page.complaints.join("\n")).toContain("Content Security Policy");
  });

  it("diff: has the changed lines, and the tree leads to them", async () => {
    const page = await browser.open(diffFile);
    const texts = (selector: string) =>
      page.evaluate<string[]>(`[...document.querySelectorAll('${selector}')].map((e) => e.textContent)`);
    expect(await texts("#texts ins")).toEqual(
      expect.arrayContaining(["+print(2)", "+<p>second</p>", `+${HOSTILE}`]),
    );
    expect(await texts("#texts del")).toEqual(
      expect.arrayContaining(["-print(1)", "-<p>first</p>", "-gone = True"]),
    );
    expect(await texts("#changes a")).toEqual(expect.arrayContaining(["main.py", "page.html", "old.py"]));
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('#changes a')].every((a) => document.querySelector(a.getAttribute('href')))",
      ),
    ).toBe(true);
    expect((await texts("#layers")).join()).toMatch(/data[\s\S]*code/);
    expect((await texts("#texts")).join()).toContain("1 binary");
  });

  it("folds and unfolds all parts of a section", async () => {
    const page = await browser.open(diffFile);
    const open = () => page.evaluate("document.querySelectorAll('#texts details[open]').length");
    const press = (label: string) =>
      page.evaluate(
        `[...document.querySelectorAll('#texts button')].find((b) => b.textContent === '${label}').click()`,
      );
    await press("Close all");
    expect(await open()).toBe(0);
    await press("Open all");
    expect(await open()).toBe(3);
  });

  it("show: says what takes the space by layer, role and store, in words a screen reader has", async () => {
    const page = await browser.open(showFile);
    const spoken = await page.spoken();
    expect(spoken).toEqual(
      expect.arrayContaining([
        "heading: What takes the space",
        "heading: Largest files",
        "heading: Annotations",
      ]),
    );
    expect(spoken.filter((line) => line.startsWith("columnheader: ")).length).toBeGreaterThan(6);
    const space = await page.evaluate<string>("document.querySelector('#space').textContent");
    for (const word of ["code", "data", "runtime", "registry"]) expect(space).toContain(word);
    expect(await page.evaluate("document.querySelector('#annotations').textContent")).toContain(HOSTILE);
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
    expect(await page.evaluate("document.querySelectorAll('h1').length")).toBe(1);
  });
});
