import { describe, expect, it } from "vitest";
import { BaleError, exitCodeOf } from "./bale-error.js";
import { ERROR_TABLE, type ErrorCode, type ErrorRow, isErrorCode } from "./error-code.js";

const codes = Object.keys(ERROR_TABLE) as ErrorCode[];

describe("BaleError", () => {
  it("takes kind, exit code and retry from the table", () => {
    for (const code of codes) {
      const row: ErrorRow = ERROR_TABLE[code];
      const error = new BaleError({ code, message: "it failed" });
      expect([error.kind, exitCodeOf(error), error.retry.kind]).toEqual([
        row.kind,
        row.exit,
        row.retry ? "safe" : "never",
      ]);
    }
  });

  it("keeps what it is given", () => {
    const cause = new Error("below");
    const retry = { kind: "after", milliseconds: 500 } as const;
    const error = new BaleError({
      code: "RATE_LIMITED",
      message: "m",
      why: "w",
      fix: "f",
      context: { size: 3 },
      retry,
      cause,
    });
    expect(error).toMatchObject({
      name: "BaleError",
      code: "RATE_LIMITED",
      message: "m",
      why: "w",
      fix: "f",
      context: { size: 3 },
      retry,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(new BaleError({ code: "IO", message: "m" })).toMatchObject({
      why: undefined,
      fix: undefined,
      context: {},
    });
    expect("cause" in new BaleError({ code: "IO", message: "m" })).toBe(false);
  });

  it("is known by its mark, from another copy of the package too", () => {
    const error = new BaleError({ code: "LIMIT", message: "m" });
    const foreign = Object.assign(new Error("m"), { baleErrorVersion: 1, code: "LIMIT" });
    for (const each of [error, foreign]) {
      expect(BaleError.is(each)).toBe(true);
      expect(BaleError.is(each, "LIMIT")).toBe(true);
      expect(BaleError.is(each, "IO")).toBe(false);
      expect(exitCodeOf(each)).toBe(9);
    }
    for (const other of [new Error("m"), { code: "LIMIT" }, null, undefined, "LIMIT", 1]) {
      expect(BaleError.is(other)).toBe(false);
      expect(exitCodeOf(other)).toBe(1);
    }
  });
});

describe("the error table", () => {
  it("is in alphabetical order and written in capitals", () => {
    expect(codes).toEqual([...codes].sort());
    for (const code of codes) expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
  });

  it("uses the exit codes that the commands promise, unsafe content always 9", () => {
    const promised = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 130];
    for (const code of codes) {
      const row: ErrorRow = ERROR_TABLE[code];
      expect(promised).toContain(row.exit);
      if (row.kind === "unsafe") expect(row.exit).toBe(9);
      if (row.kind === "unsupported") expect(row.exit).toBe(10);
      if (row.kind === "unauthenticated" || row.kind === "permission-denied")
        expect([4, 8]).toContain(row.exit);
      expect(row.help).toMatch(/[^.]$/);
    }
  });

  it("knows its own codes and nothing that objects inherit", () => {
    expect(codes.every(isErrorCode)).toBe(true);
    for (const text of ["", "io", "toString", "constructor", "__proto__"])
      expect(isErrorCode(text)).toBe(false);
  });
});
