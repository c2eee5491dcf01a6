import { BaleError } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands/index.js";
import { optionNames } from "./option-names.js";
import { optionsOf } from "./options-of.js";
import { parseCommand } from "./parse-command.js";
import { parseDuration } from "./parse-duration.js";
import { splitCommandLine } from "./split-command-line.js";

function parse(...args: string[]) {
  const { command, rest } = splitCommandLine(args, COMMANDS);
  if (!command) throw new Error("no command");
  return { name: command.name, ...parseCommand(command, rest) };
}

describe("a command line", () => {
  it("takes global flags before and after the command", () => {
    for (const args of [
      ["--json", "-C", "x", "push", "r"],
      ["push", "r", "--json", "-C", "x"],
      ["-Cx", "push", "--json", "r"],
    ]) {
      const { name, args: operands, flags } = parse(...args);
      expect({ name, operands, json: flags.has("json"), C: flags.list("C") }).toEqual({
        name: "push",
        operands: ["r"],
        json: true,
        C: ["x"],
      });
    }
  });

  it("adds up what may be repeated, and counts -v, joined or not", () => {
    const { flags } = parse("-vv", "push", "-v", "-t", "a", "--tag=b", "-C", "x", "-Cy");
    expect(flags.number("verbose")).toBe(3);
    expect(flags.list("tag")).toEqual(["a", "b"]);
    expect(flags.list("C")).toEqual(["x", "y"]);
  });

  it("gives -u to push for the upstream, and to everything else for the user name", () => {
    expect(parse("push", "-u", "r").flags.has("set-upstream")).toBe(true);
    expect(parse("push", "-u", "r").args).toEqual(["r"]);
    expect(parse("push", "--username", "alice").flags.text("username")).toBe("alice");
    expect(parse("pull", "-u", "alice").flags.text("username")).toBe("alice");
    // Before the command it is the global one.
    expect(parse("-u", "alice", "push").flags.text("username")).toBe("alice");
    expect(parse("-u", "alice", "push").flags.has("set-upstream")).toBe(false);
  });

  it("ends options at two dashes", () => {
    expect(parse("add", "--", "--force", "-x").args).toEqual(["--force", "-x"]);
    expect(parse("--", "add", "x").name).toBe("add");
  });

  it("finds commands of two words with flags between them", () => {
    expect(parse("config", "--json", "get", "a.b")).toMatchObject({ name: "config get", args: ["a.b"] });
    expect(parse("registry", "ping", "ghcr.io")).toMatchObject({ name: "registry ping", args: ["ghcr.io"] });
  });

  it("reads numbers and times", () => {
    const { flags } = parse("pull", "--concurrency", "8", "--timeout", "2m", "--retries", "0");
    expect([flags.number("concurrency"), flags.number("timeout"), flags.number("retries")]).toEqual([
      8, 120_000, 0,
    ]);
  });

  it("asks for help or a version wherever that stands before the command", () => {
    expect(splitCommandLine(["-h"], COMMANDS)).toMatchObject({ wantsHelp: true, command: undefined });
    expect(splitCommandLine(["-vV"], COMMANDS)).toMatchObject({ wantsVersion: true });
    expect(splitCommandLine([], COMMANDS)).toMatchObject({ wantsHelp: false, command: undefined, rest: [] });
  });

  it("is understood, or refused as a mistake of usage, whatever it is", () => {
    const words = fc.oneof(
      fc.constantFrom("push", "pull", "config", "get", "-v", "--json", "-C", "--", "-", "--tag", "-un"),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (args) => {
        try {
          const { command, rest } = splitCommandLine(args, COMMANDS);
          if (command) parseCommand(command, rest);
        } catch (error) {
          expect(BaleError.is(error, "USAGE")).toBe(true);
        }
      }),
    );
  });
});

describe("the definitions", () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    "of %s have no two options of one name",
    (_, command) => {
      const names = optionsOf(command).flatMap((option) => {
        const { long, short } = optionNames(option);
        return [long, short].filter((name) => name !== undefined);
      });
      expect(names).toEqual([...new Set(names)]);
    },
  );

  it("say in one sentence without a full stop what a command does, and give one to four examples", () => {
    for (const { summary, examples } of COMMANDS) {
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(examples.length).toBeGreaterThanOrEqual(1);
      expect(examples.length).toBeLessThanOrEqual(4);
    }
  });
});

describe("a time", () => {
  it.each([
    ["30", 30_000],
    ["500ms", 500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["soon", undefined],
    ["-1s", undefined],
    ["1.5s", undefined],
    ["", undefined],
  ])("%s is %s ms", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});
