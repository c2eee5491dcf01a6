import { BaleError } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { textStyle } from "../terminal/text-style.js";
import { errorDocument } from "./error-document.js";
import { errorLines } from "./error-lines.js";
import { usageError } from "./usage-error.js";

const plain = textStyle({ color: false });
const moved = new BaleError({
  code: "TAG_MOVED",
  message: "push refused: tag v2 moved while pushing",
  why: "ghcr.io/acme/app:v2 is now sha256:1f0a\nwas sha256:9c3e when this push began",
  fix: "run `bale pull`, then push again; or --force to replace it",
  context: { tag: "v2" },
});
const hostile = new BaleError({
  code: "SERVER",
  message: "\u001b[31mred\u001b[0m https://alice:hunter22@ghcr.io/v2/?sig=abcdef",
  why: "Authorization: Bearer abcdefghijkl\u0007",
  context: { url: "https://bob:hunter33@ghcr.io/", list: ["token=abcdefgh"] },
  cause: new Error("password=hunter44"),
});

describe("an error for people", () => {
  it("says what, why and what to do, with further lines below the first", () => {
    expect(errorLines(moved, plain, { debug: false })).toBe(
      [
        "error: push refused: tag v2 moved while pushing [TAG_MOVED]",
        "  why:  ghcr.io/acme/app:v2 is now sha256:1f0a",
        "        was sha256:9c3e when this push began",
        "  fix:  run `bale pull`, then push again; or --force to replace it",
        "",
      ].join("\n"),
    );
  });

  it("is one line and a pointer for a command line that was not understood", () => {
    expect(errorLines(usageError("unknown option --x", "bale push --help"), plain, { debug: false })).toBe(
      "error: unknown option --x [USAGE]\nSee bale push --help\n",
    );
  });

  it("shows neither secrets nor control characters, not even with --debug", () => {
    const shown = errorLines(hostile, plain, { debug: true });
    expect(shown).not.toMatch(/hunter|abcdef/);
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    expect(shown).toContain("caused by: Error: ");
  });

  it("has a stack only with --debug", () => {
    expect(errorLines(moved, plain, { debug: false })).not.toContain("    at ");
    expect(errorLines(moved, plain, { debug: true })).toContain("    at ");
  });

  it("calls what nothing expected a defect", () => {
    expect(errorLines(new TypeError("x is undefined"), plain, { debug: false })).toMatch(
      /^error: x is undefined \[INTERNAL\]\n {2}why: {2}this is a defect/,
    );
    expect(errorLines("text", plain, { debug: false })).toContain("error: text [INTERNAL]");
  });

  it("does not follow a circle of causes for ever", () => {
    const one = new Error("one");
    one.cause = one;
    expect(errorLines(one, plain, { debug: true }).length).toBeLessThan(100_000);
  });
});

describe("an error for programs", () => {
  it("has code, message, why, fix and context", () => {
    expect(errorDocument(moved)).toEqual({
      schemaVersion: 1,
      error: {
        code: "TAG_MOVED",
        message: moved.message,
        why: moved.why,
        fix: moved.fix,
        context: { tag: "v2" },
      },
    });
  });

  it("shows no secret, in the context either", () => {
    expect(JSON.stringify(errorDocument(hostile))).not.toMatch(/hunter|abcdef/);
  });
});
