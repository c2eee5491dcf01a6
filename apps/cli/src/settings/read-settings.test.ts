import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FlagValue, flagsOf } from "../definition/flags.js";
import { flagFrom, isAutomated } from "./environment-settings.js";
import { earlySettings, readSettings } from "./read-settings.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "bale-settings-"));
  mkdirSync(join(home, ".config", "bale"), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const settings = (
  flags: Readonly<Record<string, FlagValue>> = {},
  env: Readonly<Record<string, string>> = {},
) => readSettings(flagsOf(new Map(Object.entries(flags))), { env, home });
const configure = (text: string): void => writeFileSync(join(home, ".config", "bale", "config.yaml"), text);

describe("settings", () => {
  it("have their defaults where nothing speaks", async () => {
    expect(await settings()).toMatchObject({
      json: false,
      quiet: false,
      verbosity: 0,
      progress: "auto",
      color: "auto",
      offline: false,
      concurrency: undefined,
    });
  });

  it("come from a flag, then a variable, then the user's file", async () => {
    configure(
      "concurrency: 2\ntimeout: 20s\nprogress: plain\ndefaultRegistry: ghcr.io/file\ncaFile: /file.pem\n",
    );
    expect(await settings()).toMatchObject({
      concurrency: 2,
      timeoutMs: 20_000,
      progress: "plain",
      defaultRegistry: "ghcr.io/file",
      caFile: "/file.pem",
    });
    const env = {
      BALE_CONCURRENCY: "3",
      BALE_TIMEOUT: "30s",
      BALE_PROGRESS: "json",
      BALE_DEFAULT_REGISTRY: "ghcr.io/env",
      BALE_CA_FILE: "/env.pem",
    };
    expect(await settings({}, env)).toMatchObject({
      concurrency: 3,
      timeoutMs: 30_000,
      progress: "json",
      defaultRegistry: "ghcr.io/env",
      caFile: "/env.pem",
    });
    expect(
      await settings({ concurrency: 4, timeout: 40_000, progress: "none", "ca-file": "/flag.pem" }, env),
    ).toMatchObject({
      concurrency: 4,
      timeoutMs: 40_000,
      progress: "none",
      caFile: "/flag.pem",
    });
  });

  it.each([
    ["BALE_CONCURRENCY", "many"],
    ["BALE_RETRIES", "101"],
    ["BALE_TIMEOUT", "soon"],
    ["BALE_COLOR", "blue"],
    ["BALE_OFFLINE", "maybe"],
  ])("refuse %s=%s and name the variable", async (variable, value) => {
    await expect(settings({}, { [variable]: value })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(variable),
    });
  });

  it("take an empty variable for one that is not set", async () => {
    expect(await settings({}, { BALE_CONCURRENCY: "", BALE_OFFLINE: "", BALE_COLOR: "" })).toMatchObject({
      concurrency: undefined,
      offline: false,
      color: "auto",
    });
  });

  it("report every mistake in the user's file", async () => {
    configure("concurrency: lots\ncolour: always\n");
    await expect(settings()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      context: { problems: [expect.stringContaining(":1:"), expect.stringContaining("did you mean color?")] },
    });
  });

  it("that decide how an error is printed can be read from a command line that is wrong", () => {
    expect(earlySettings(["pusj", "--json", "--color=never"], {})).toEqual({
      json: true,
      debug: false,
      color: "never",
    });
    expect(earlySettings(["x", "--color", "always"], { BALE_DEBUG: "1" })).toEqual({
      json: false,
      debug: true,
      color: "always",
    });
    expect(earlySettings(["add", "--", "--json"], { BALE_COLOR: "never" })).toEqual({
      json: false,
      debug: false,
      color: "never",
    });
    expect(earlySettings(["--color"], {})).toEqual({ json: false, debug: false, color: undefined });
  });

  it.each([
    [{ CI: "true" }, true],
    [{ CI: "1" }, true],
    [{ CI: "" }, false],
    [{ CI: "false" }, false],
    [{ GITHUB_ACTIONS: "true" }, true],
    [{}, false],
  ])("know whether somebody is there: %j is %s", (env, expected) => {
    expect(isAutomated(env)).toBe(expected);
  });

  it("read yes and no in the usual spellings", () => {
    expect(["1", "TRUE", "yes"].map((value) => flagFrom({ X: value }, "X"))).toEqual([true, true, true]);
    expect(["", "0", "False", "no"].map((value) => flagFrom({ X: value }, "X"))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
