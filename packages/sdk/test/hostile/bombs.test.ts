import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../bench.testing.js";
import { buildProgram } from "../child-program.testing.js";
import type { BombReport } from "./bomb-child.testing.js";
import { type HandmadeFile, hexOf, type Place, putBundle, writeLayout } from "./handmade.testing.js";
import { putForeign, tar } from "./tar.testing.js";

const MIB = 1024 * 1024;
const LIMIT = 150 * MIB;
const run = promisify(execFile);

let bench: Bench;
let program: string;
let count = 0;

beforeAll(async () => {
  bench = await openBench();
  // A process of its own, so that what the test itself holds is not counted.
  program = await buildProgram(new URL("bomb-child.testing.ts", import.meta.url), bench.folder);
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose]());

/** 1 GiB of nothing, in about 1 MB: sixteen gzip members, one behind the other. */
const nothing = (() => {
  const member = gzipSync(Buffer.alloc(64 * MIB), { level: 9 });
  return Buffer.concat(Array.from({ length: 16 }, () => member));
})();

const place = (): Place => ({ store: bench.registry.store, repository: `acme/bomb-${++count}`, tag: "v1" });

async function meet(command: string, reference: string): Promise<BombReport> {
  const cwd = mkdtempSync(join(bench.folder, "cwd-"));
  const { stdout } = await run(process.execPath, [program, command, reference, cwd], { timeout: 60_000 });
  expect(readdirSync(cwd), "nothing is left behind").toEqual([]);
  return JSON.parse(stdout) as BombReport;
}

const one = (file: HandmadeFile, blobs: readonly Uint8Array[] = []) => ({
  layers: { default: [file] },
  blobs,
});

describe("bombs", () => {
  it("the child takes in what is harmless, in little memory", async () => {
    const at = place();
    putBundle(at, one({ path: "a" }));
    const cwd = mkdtempSync(join(bench.folder, "cwd-"));
    const { stdout } = await run(process.execPath, [
      program,
      "clone",
      bench.reference("v1", at.repository),
      cwd,
    ]);
    const report = JSON.parse(stdout) as BombReport;
    expect(report.code).toBe("TAKEN");
    expect(report.peak).toBeLessThan(LIMIT);
  });

  const bombs: Record<
    string,
    {
      readonly put: (at: Place) => unknown;
      readonly codes: readonly string[];
      readonly commands?: readonly string[];
    }
  > = {
    "a table that becomes 1 GiB": {
      put: (at) => putBundle(at, { ...one({ path: "a" }), editTable: () => nothing }),
      codes: ["LIMIT"],
    },
    "a table of 64 MiB of one line": {
      put: (at) =>
        putBundle(at, { ...one({ path: "a" }), editTable: () => gzipSync(Buffer.alloc(63 * MIB, "x")) }),
      codes: ["LIMIT", "INDEX_INVALID"],
    },
    "a root of as many lists as it can have": {
      put: (at) =>
        putBundle(at, {
          ...one({ path: "a" }),
          editRootText: (text) => text.replace(/\}$/, `,"x":[${"[],".repeat(330_000)}[]]}`),
        }),
      // Not many enough to be refused: nobody asked what a member means that this version does not know.
      codes: ["TAKEN"],
      commands: ["ls"],
    },
    "a manifest of a million lists": {
      put: (at) =>
        putBundle(at, {
          ...one({ path: "a" }),
          editManifestText: (text) => text.replace(/\}$/, `,"x":[${"[],".repeat(1_300_000)}[]]}`),
        }),
      codes: ["LIMIT"],
    },
    "a manifest of 100 MiB": {
      put: (at) =>
        putBundle(at, {
          ...one({ path: "a" }),
          editManifestText: (text) => text.replace(/\}$/, `,"x":"${"x".repeat(100 * MIB)}"}`),
        }),
      codes: ["LIMIT"],
    },
    "a pack member that becomes 1 GiB where a few bytes are promised": {
      put: (at) =>
        putBundle(
          at,
          one({ path: "a", content: "0123456789", where: [[0, 0, nothing.length, 0, 10]] }, [nothing]),
        ),
      codes: ["DIGEST_MISMATCH", "LIMIT"],
      commands: ["clone"],
    },
    "a file that is said to expand a thousandfold": {
      put: (at) =>
        putBundle(
          at,
          one(
            { path: "a", hex: hexOf("x"), size: 1024 * MIB, where: [[0, 0, nothing.length, 0, 1024 * MIB]] },
            [nothing],
          ),
        ),
      codes: ["LIMIT"],
    },
    "an archive of another tool that becomes 1 GiB": {
      put: (at) => {
        const head = gzipSync(tar([{ name: "a", size: 1024 * MIB }]).subarray(0, 512));
        putForeign(at, [
          { title: ".", archive: Buffer.concat([head, nothing]), gzip: false, annotations: {} },
        ]);
        const manifest = at.store.manifest(at.repository, at.tag);
        const text = String(manifest?.bytes).replace("layer.v1.tar", "layer.v1.tar+gzip");
        at.store.putManifest(at.repository, Buffer.from(text), {
          mediaType: String(manifest?.mediaType),
          tag: at.tag,
        });
      },
      codes: ["LIMIT"],
    },
  };

  it.each(Object.entries(bombs))("%s", async (_name, { put, codes, commands = ["clone"] }) => {
    const at = place();
    put(at);
    for (const command of commands) {
      const report = await meet(command, bench.reference("v1", at.repository));
      expect(codes, report.code).toContain(report.code);
      expect([
        report.peak < LIMIT,
        `${Math.round(report.peak / MIB)} MiB at most, ${Math.round(report.before / MIB)} before`,
      ]).toEqual([true, expect.any(String)]);
    }
  });

  it.each(["root", "manifest"])("a layout whose %s is a file of 8 GiB", async (what) => {
    const at = place();
    const digest = putBundle(at, one({ path: "a" }));
    const layout = join(bench.folder, `layout-${what}`);
    mkdirSync(layout);
    await writeLayout(at, layout);
    const manifest = JSON.parse(String(at.store.manifest(at.repository, digest)?.bytes)) as {
      config: { digest: string };
    };
    const victim = what === "root" ? manifest.config.digest : digest;
    truncateSync(join(layout, "blobs", "sha256", victim.slice(7)), 8 * 1024 * MIB);
    for (const command of ["ls", "clone"]) {
      const report = await meet(command, `oci:${layout}:v1`);
      expect(["SIZE_MISMATCH", "DIGEST_MISMATCH", "LIMIT"]).toContain(report.code);
      expect(report.peak).toBeLessThan(LIMIT);
    }
  });
});
