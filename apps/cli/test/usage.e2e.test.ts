import { readFileSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/commands/index.js";
import { TOPIC_SUMMARIES } from "../src/help/topic-summaries.js";
import { bale, MAIN } from "./bundle.js";
import { runInProcess } from "./in-process.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

const names = COMMANDS.map(({ name }) => name);
const ESCAPE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe("help", () => {
  it.each(names)("of %s is on stdout, with examples and exit codes, and fits 80 columns", async (name) => {
    const words = name.split(" ");
    const pages = [
      [...words, "--help"],
      [...words, "-h"],
      ["-h", ...words],
    ];
    // Of a name that is a topic as well, `help` shows the topic.
    for (const args of name in TOPIC_SUMMARIES ? pages : [...pages, ["help", ...words]]) {
      const { exit, stdout, stderr } = await runInProcess(args, { cwd: "/" });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(stdout).toContain(`\nusage\n  bale ${name}`);
      expect(stdout).toMatch(/\nexamples\n {2}# .+\n {2}bale /);
      expect(stdout).toMatch(/\nexit codes\n {2}0 /);
      expect(stdout).not.toMatch(ESCAPE);
    }
  });

  it.each(names)("of %s shows only examples that the command line understands", async (name) => {
    const command = COMMANDS.find((each) => each.name === name);
    const { parseCommand } = await import("../src/definition/parse-command.js");
    const { splitCommandLine } = await import("../src/definition/split-command-line.js");
    for (const example of command?.examples ?? []) {
      const [words = ""] = example.command.split(" | ").filter((part) => part.startsWith("bale "));
      const args = (words.match(/'[^']*'|\S+/g) ?? []).slice(1).map((word) => word.replaceAll("'", ""));
      const split = splitCommandLine(args, COMMANDS);
      expect(split.command?.name).toBe(name);
      if (command) expect(() => parseCommand(command, split.rest)).not.toThrow();
    }
  });

  it.each([[], ["--help"], ["-h"], ["help"]])("is printed whole by bale %s", async (...args) => {
    const { exit, stdout } = await runInProcess(args, { cwd: "/" });
    expect(exit).toBe(0);
    for (const name of names) expect(stdout).toContain(`  ${name} `);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(Object.keys(TOPIC_SUMMARIES))("has the topic %s", async (topic) => {
    const { exit, stdout } = await runInProcess(["help", topic], { cwd: "/" });
    expect(exit).toBe(0);
    expect(stdout.startsWith(`${topic}: `)).toBe(true);
    expect(stdout.split("\n").length).toBeGreaterThan(5);
  });

  it("of a group lists its commands", async () => {
    for (const args of [
      ["config", "--help"],
      ["config", "-h"],
    ])
      expect(await runInProcess(args, { cwd: "/" })).toMatchObject({ exit: 0 });
    expect((await runInProcess(["registry", "--help"], { cwd: "/" })).stdout).toContain("registry ping");
  });
});

describe("a command line that is not understood", () => {
  it.each([
    [["pusj"], "error: unknown command pusj (did you mean push?) [USAGE]\nSee bale --help\n"],
    [
      ["push", "--forse"],
      "error: unknown option --forse (did you mean --force?) [USAGE]\nSee bale push --help\n",
    ],
    [
      ["push", "--forse=1"],
      "error: unknown option --forse=1 (did you mean --force?) [USAGE]\nSee bale push --help\n",
    ],
    [["status", "extra"], "error: bale status takes fewer arguments [USAGE]\nSee bale status --help\n"],
    [["clone"], "error: bale clone wants REF [USAGE]\nSee bale clone --help\n"],
    [["push", "--tag"], "error: --tag wants a value [USAGE]\nSee bale push --help\n"],
    [["config"], "error: bale config wants one of: get, set, unset, list [USAGE]\nSee bale config --help\n"],
    [
      ["config", "gte"],
      "error: unknown command config gte (did you mean get?) [USAGE]\nSee bale config --help\n",
    ],
    [["--jsn", "status"], "error: unknown option --jsn (did you mean --json?) [USAGE]\nSee bale --help\n"],
    [["help", "storge"], "error: no help for storge (did you mean storage?) [USAGE]\nSee bale --help\n"],
    [
      ["pull", "--mirror", "--overwrite"],
      "error: --overwrite and --mirror exclude each other [USAGE]\nSee bale pull --help\n",
    ],
    [["init", "-n"], "error: bale init has no --dry-run [USAGE]\nSee bale init --help\n"],
  ])("%j exits 2 with one line and where to look", async (args, stderr) => {
    expect(await runInProcess(args, { cwd: "/" })).toEqual({ exit: 2, stdout: "", stderr });
  });

  it.each([
    ["--concurrency", "0", "from 1 to 1024"],
    ["--timeout", "soon", "30s"],
    ["--progress", "loud", "one of auto, tty, plain, json, none"],
  ])("refuses %s %s and says what it takes", async (flag, value, expected) => {
    const { exit, stderr } = await runInProcess(["push", flag, value], { cwd: "/" });
    expect(exit).toBe(2);
    expect(stderr).toContain(expected);
  });

  it("is one JSON document with --json", async () => {
    const { exit, stdout, stderr } = await runInProcess(["push", "--forse", "--json"], { cwd: "/" });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, error: { code: "USAGE" } });
  });
});

describe("the built command line", () => {
  it.each([["--version"], ["-V"]])("prints its version for %s", async (flag) => {
    expect(await bale([flag], { cwd: temporaryFolder() })).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^bale \d+\.\d+\.\d+/),
      stderr: "",
    });
  });

  it("works in the folder that -C names, before and after the command, several of them added up", async () => {
    const folder = temporaryFolder();
    expect(await bale(["init", "-C", folder], { cwd: "/" })).toMatchObject({ exit: 0 });
    const { stdout } = await bale(["-C", "/", "status", "-C", folder, "--offline", "--json"], {
      cwd: "/usr",
    });
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, root: folder });
    expect(await bale(["status", "-C", "absent"], { cwd: folder })).toMatchObject({ exit: 2 });
  });

  it("hashes large files in threads of its own", async () => {
    const folder = temporaryFolder();
    await bale(["init"], { cwd: folder });
    for (const name of ["one.bin", "two.bin"]) {
      writeFiles(folder, { [name]: "" });
      truncateSync(join(folder, name), 48 * 1024 * 1024);
    }
    expect(await bale(["add", "."], { cwd: folder })).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining("two.bin"),
    });
  });

  it("brings the licences of what is in it", () => {
    const text = readFileSync(join(dirname(MAIN), "third-party-licences.txt"), "utf8");
    for (const name of ["commander", "undici", "yaml"])
      expect(text).toMatch(new RegExp(`^${name} [0-9.]+$`, "m"));
  });

  it("needs neither HOME nor a terminal", async () => {
    expect(await bale(["version"], { cwd: "/", env: { HOME: "" } })).toMatchObject({ exit: 0, stderr: "" });
  });
});
