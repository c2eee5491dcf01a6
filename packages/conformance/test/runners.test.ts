import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allSuites } from "./support/all-suites.js";

// Here they run under vitest.
allSuites({ describe, it });

/** How many tests the suites have. */
function countTests(): number {
  let count = 0;
  allSuites({
    describe: (_name, body) => body(),
    it: () => {
      count += 1;
    },
  });
  return count;
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bale-runners-"));
  const support = fileURLToPath(new URL("support/", import.meta.url));
  await build({
    config: false,
    silent: true,
    entry: [join(support, "under-node-test.ts"), join(support, "under-mocha.ts")],
    outDir: folder,
    format: ["esm"],
    target: "node20",
    dts: false,
    // node:test exists with that name alone.
    removeNodeProtocol: false,
    noExternal: [/^@bale\//],
    outExtension: () => ({ js: ".mjs" }),
    esbuildOptions: (options) => {
      options.conditions = ["bale-source", "import", "default"];
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function outputOf(args: readonly string[]): Promise<string> {
  const { NODE_OPTIONS: _none, ...env } = process.env;
  // A runner that runs inside another one reports to it, and not to its output.
  delete env["NODE_TEST_CONTEXT"];
  const { stdout } = await promisify(execFile)(process.execPath, [...args], { env, maxBuffer: 1 << 26 });
  return stdout;
}

describe("every suite", () => {
  it("runs under node:test", async () => {
    const output = await outputOf(["--test", "--test-reporter=tap", join(folder, "under-node-test.mjs")]);
    expect(output).toMatch(new RegExp(`^# pass ${countTests()}$`, "m"));
    expect(output).toMatch(/^# fail 0$/m);
  });

  it("runs under mocha", async () => {
    const mocha = join(
      dirname(createRequire(import.meta.url).resolve("mocha/package.json")),
      "bin",
      "mocha.js",
    );
    const output = await outputOf([mocha, "--reporter=json", join(folder, "under-mocha.mjs")]);
    const { stats } = JSON.parse(output) as { readonly stats: unknown };
    expect(stats).toMatchObject({ tests: countTests(), passes: countTests(), failures: 0, pending: 0 });
  });
});
