import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findProgram } from "./find-program.js";

describe.skipIf(process.platform === "win32")("a program", () => {
  let folder: string;
  const put = (name: string, mode = 0o755): void => {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "#!/bin/sh\n");
    chmodSync(path, mode);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "find-program-"));
    put("bin/x");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is found in the first absolute folder that has it", async () => {
    expect(await findProgram("x", `/nowhere:${folder}/bin:/usr/bin`)).toBe(`${folder}/bin/x`);
    symlinkSync(`${folder}/bin`, `${folder}/link`);
    expect(await findProgram("x", `${folder}/link`)).toBe(`${folder}/link/x`);
  });

  test("is not found in the folder that bale runs in", async () => {
    const here = relative(process.cwd(), `${folder}/bin`);
    for (const path of ["", ".", ":", here, `./${here}`, `${here}/`, `:${here}:`])
      expect(await findProgram("x", path)).toBeUndefined();
  });

  test("has to be a file that can be run", async () => {
    mkdirSync(`${folder}/a/x`, { recursive: true });
    put("b/x", 0o644);
    expect(await findProgram("x", `${folder}/a:${folder}/b`)).toBeUndefined();
    expect(await findProgram("x", `${folder}/a:${folder}/b:${folder}/bin`)).toBe(`${folder}/bin/x`);
  });

  test("is an .exe on Windows, never a batch file", async () => {
    for (const end of ["", ".cmd", ".bat", ".com"]) put(`bin/y${end}`);
    expect(await findProgram("y", `${folder}/bin`, "win32")).toBeUndefined();
    put("bin/y.exe");
    expect(await findProgram("y", `relative;${folder}/bin`, "win32")).toBe(`${folder}/bin/y.exe`);
  });
});
