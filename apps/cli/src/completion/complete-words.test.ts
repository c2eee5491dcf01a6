import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands/index.js";
import { type Completion, type CompletionSources, completeWords } from "./complete-words.js";

const sources: CompletionSources = {
  references: async (typed) => [{ value: `${typed}REF`, says: "" }],
  roles: async () => ["runtime", "training"],
  layers: async () => ["code"],
  stores: async () => ["big"],
  topics: [{ value: "auth", says: "signing in" }],
};
const complete = (line: string): Promise<Completion> => completeWords(line.split(" "), COMMANDS, sources);
const values = async (line: string) => (await complete(line)).candidates.map(({ value }) => value);

describe("what may come next", () => {
  it.each([
    ["", ["push", "registry", "storage"]],
    ["pu", ["push", "pull"]],
    ["registry ", ["ping"]],
    ["storage ex", ["explain", "migrate"]],
    ["--offline stat", ["status"]],
    ["push --", ["--bump", "--tag", "--json", "--username"]],
    ["push --bump ", ["patch", "minor", "major", "auto"]],
    ["push --bump=", ["--bump=patch", "--bump=auto"]],
    ["pull --role ", ["runtime", "training", "all"]],
    ["pull --layer ", ["code"]],
    ["storage migrate --to ", ["big", "registry"]],
    ["pull gh", ["ghREF"]],
    ["copy a ", ["REF"]],
    ["copy a b", ["bREF"]],
    ["help ", ["auth"]],
    ["completion ", ["bash", "zsh", "fish"]],
    ["-C dir push --role", ["--tag"]],
  ])("after %j is among others %j", async (line, expected) => {
    expect(await values(line)).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    ["add ", true],
    ["clone ref ", true],
    ["pull --ca-file ", true],
    ["-C ", true],
    ["storage explain a b ", true],
    ["pull --role ", false],
    ["tag a ", false],
    ["status ", false],
  ])("after %j are files: %s", async (line, files) => expect((await complete(line)).files).toBe(files));

  it("takes words behind -- for arguments, and the value of an option for no argument", async () => {
    expect(await values("pull -- --role")).toEqual(["--roleREF"]);
    expect(await values("copy --tag x ")).toEqual(["REF"]);
    expect(await values("copy -t x y ")).toEqual(["REF"]);
    expect(await values("tag one two ")).toEqual([]);
  });

  it("is found for whatever was written, and never a line of its own", async () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...COMMANDS.flatMap(({ name }) => name.split(" ")),
        "--role",
        "--",
        "-C",
        "--bump=",
        "-t",
        "",
      ),
      fc.string({ maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
        const { candidates } = await completeWords(words, COMMANDS, sources);
        for (const { value, says } of candidates) expect(`${value}${says}`).not.toMatch(/[\n\t]/);
      }),
    );
  });
});
