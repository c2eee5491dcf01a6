import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBale } from "./harness/bale-command.js";
import { noise } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

// Memory must not grow with the file, so the nightly run takes one four times as large.
const GIBIBYTES = process.env["BALE_NIGHTLY"] ? 4 : 1;
const SIZE = GIBIBYTES * 2 ** 30;
const MOST = 150_000_000;
const REPORT = pathToFileURL(join(import.meta.dirname, "harness/report-peak.mjs")).href;

describe.skipIf(!serviceOrSkip("distribution"))(`${GIBIBYTES} GiB in one file`, () => {
  let folder: ScratchFolder;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let peakFile: string;
  beforeAll(async () => {
    folder = scratchFolder();
    peakFile = folder.join("peak");
    registry = await startRegistry("distribution");
  });
  afterAll(async () => {
    await registry?.stop();
    folder?.[Symbol.dispose]();
  });

  /** Runs a command in a process of its own, and returns the most memory that it had, in bytes. */
  async function peakOf(args: readonly string[], cwd: string): Promise<number> {
    rmSync(peakFile, { force: true });
    const { exit, document } = await runBale(args, {
      cwd,
      nodeArgs: ["--import", REPORT],
      env: { BALE_TEST_PEAK_FILE: peakFile },
    });
    expect(exit, JSON.stringify(document)).toBe(0);
    return Number(readFileSync(peakFile, "utf8"));
  }

  async function digestOf(file: string): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
    return hash.digest("hex");
  }

  it("is added, pushed and pulled in less than 150 MB of memory each", async () => {
    const here = folder.make("here");
    const large = join(here, "large.bin");
    const block = noise(16 * 2 ** 20, 5);
    await pipeline(function* () {
      for (let written = 0; written < SIZE; written += block.length) {
        block.writeUInt32LE(written / 2 ** 20, 0);
        yield Buffer.from(block);
      }
    }, createWriteStream(large));
    const reference = `${registry.host}/acme/large:v1`;
    const there = folder.join("there");
    const peaks = {
      init: await peakOf(["init"], here),
      add: await peakOf(["add", "."], here),
      push: await peakOf(["push", reference], here),
      clone: await peakOf(["clone", reference, there], folder.path),
      verify: await peakOf(["verify", reference, "--deep"], folder.path),
    };
    console.log(
      `most memory: ${Object.entries(peaks)
        .map(([name, bytes]) => `${name} ${Math.round(bytes / 1e6)} MB`)
        .join(", ")}`,
    );
    expect(await digestOf(join(there, "large.bin"))).toBe(await digestOf(large));
    expect(Object.entries(peaks).filter(([, bytes]) => bytes >= MOST)).toEqual([]);
  });
});
