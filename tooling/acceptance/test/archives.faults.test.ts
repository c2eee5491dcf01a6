import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Bale } from "@bale/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBale } from "./harness/bale-command.js";
import { openClient } from "./harness/client.js";
import { noise, writeSampleTree } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";
import { seededRandom } from "./harness/small-files.js";

const MAIN = fileURLToPath(new URL("../../../apps/cli/dist/main.js", import.meta.url));
const REPORT = pathToFileURL(join(import.meta.dirname, "harness/report-peak.mjs")).href;
const FLIPS = process.env["BALE_NIGHTLY"] ? 2_000 : 200;
const KILLS = process.env["BALE_NIGHTLY"] ? 200 : 25;
const LARGE = 512 * 2 ** 20;
const MOST = 150_000_000;

let folder: ScratchFolder;
let bale: Bale;
let layout: string;
let archive: string;
const sum = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

beforeAll(async () => {
  folder = scratchFolder();
  bale = openClient();
  const here = folder.make("here");
  writeSampleTree(here, { files: 300 });
  await bale.init({ directory: here });
  const workspace = await bale.workspace(here);
  await workspace.add(["."], { cwd: here });
  layout = `oci:${folder.join("store")}:v1`;
  await workspace.push({ reference: layout });
  archive = folder.join("sample.tar");
  await bale.export([layout], { output: archive });
});
afterAll(async () => {
  await bale?.[Symbol.asyncDispose]();
  folder?.[Symbol.dispose]();
});

/** Runs a command and kills it after some milliseconds; whether it had ended by then. */
function killed(args: readonly string[], afterMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder.path,
      env: { ...process.env, TMPDIR: folder.make("temporary") },
      stdio: "ignore",
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
    child.on("error", reject);
    child.on("close", (_, signal) => {
      clearTimeout(timer);
      resolve(signal === null);
    });
  });
}

/** Delays that reach from the start of a command to a little after its end. */
async function delays(args: readonly string[]): Promise<readonly number[]> {
  const started = performance.now();
  await killed(args, 60_000);
  const took = performance.now() - started;
  return Array.from({ length: KILLS }, (_, at) => ((at + 1) / KILLS) * took * 1.1);
}

describe("a command that is killed", () => {
  it.each(["killed.tar", "killed.tar.gz"])("leaves a whole %s, or none", async (name) => {
    const args = ["export", layout, "-o", name];
    const output = folder.join(name);
    const all = await delays(args);
    const whole = sum(output);
    let unfinished = 0;
    for (const delay of all) {
      rmSync(output);
      if (!(await killed(args, delay))) unfinished++;
      if (existsSync(output)) expect(sum(output)).toBe(whole);
      else await killed(args, 60_000);
      expect(sum(output)).toBe(whole);
    }
    expect(unfinished).toBeGreaterThan(0);
  });

  it("leaves an archive as it was and a layout that is whole or has no tag, and can be repeated", async () => {
    const args = ["import", archive, "oci:killed"];
    const before = sum(archive);
    const all = await delays(args);
    const target = folder.join("killed");
    for (const delay of all) {
      rmSync(target, { recursive: true, force: true });
      await killed(args, delay);
      expect(sum(archive)).toBe(before);
      const tags = existsSync(join(target, "oci-layout")) ? await bale.tags(`oci:${target}`) : [];
      if (tags.length > 0)
        expect((await bale.verify({ reference: `oci:${target}:v1`, deep: true })).problems).toEqual([]);
      await killed(args, 60_000);
      expect(await bale.tags(`oci:${target}`)).toEqual(["v1"]);
    }
  });
});

describe("one wrong byte", () => {
  it.each(["tar", "tar.gz"])(
    `at any of ${FLIPS} places of a .%s is refused, and nothing is visible`,
    async (ending) => {
      const whole = folder.join(`whole.${ending}`);
      await bale.export([layout], { output: whole });
      const bytes = readFileSync(whole);
      const random = seededRandom(7);
      const file = folder.join(`changed.${ending}`);
      const accepted: number[] = [];
      for (let round = 0; round < FLIPS; round++) {
        const at = Math.floor(random() * bytes.length);
        const old = bytes[at] as number;
        bytes[at] = old ^ (1 << Math.floor(random() * 8));
        writeFileSync(file, bytes);
        bytes[at] = old;
        const target = folder.join("refused");
        try {
          await bale.import(file, `oci:${target}:v1`);
          accepted.push(at);
        } catch {
          if (existsSync(target)) accepted.push(at);
        }
      }
      expect(accepted).toEqual([]);
      expect(readdirSync(folder.path)).not.toContain("refused");
    },
  );
});

describe("512 MiB in one file", () => {
  async function peakOf(args: readonly string[], cwd: string): Promise<number> {
    const peakFile = folder.join("peak");
    rmSync(peakFile, { force: true });
    const { exit, document } = await runBale(args, {
      cwd,
      nodeArgs: ["--max-old-space-size=64", "--import", REPORT],
      env: { BALE_TEST_PEAK_FILE: peakFile },
    });
    expect(exit, JSON.stringify(document)).toBe(0);
    return Number(readFileSync(peakFile, "utf8"));
  }

  it("is exported and imported in less than 150 MB of memory each", async () => {
    const here = folder.make("large");
    const block = noise(16 * 2 ** 20, 5);
    await pipeline(
      function* () {
        for (let written = 0; written < LARGE; written += block.length) {
          block.writeUInt32LE(written / 2 ** 20, 0);
          yield Buffer.from(block);
        }
      },
      createWriteStream(join(here, "large.bin")),
    );
    await peakOf(["init"], here);
    await peakOf(["add", "."], here);
    const peaks = {
      tree: await peakOf(["export", ".", "-o", "../large.tar"], here),
      import: await peakOf(["import", "large.tar", "oci:large-store"], folder.path),
      compressed: await peakOf(["export", "oci:large-store:latest", "-o", "large.tgz"], folder.path),
      files: await peakOf(["export", "large.tgz", "--files", "-o", "files.tar"], folder.path),
      image: await peakOf(["copy", "large.tgz", "oci:image:v1", "--as", "image"], folder.path),
    };
    console.log(
      `most memory: ${Object.entries(peaks)
        .map(([name, bytes]) => `${name} ${Math.round(bytes / 1e6)} MB`)
        .join(", ")}`,
    );
    expect(Object.entries(peaks).filter(([, bytes]) => bytes >= MOST)).toEqual([]);
  });
});
