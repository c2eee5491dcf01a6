import { writeFile } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { programFolder } from "./program.testing.js";
import { type ProgramCall, runProgram } from "./run-program.js";

const call = (searchPath: string, more: Partial<ProgramCall> = {}): ProgramCall => ({
  program: "tool",
  args: [],
  searchPath,
  env: {},
  timeoutMs: 10_000,
  maxBytes: 1000,
  ...more,
});

describe("runProgram", () => {
  test("passes arguments and environment as they are, without a shell", async () => {
    await using folder = await programFolder(
      "tool",
      `process.stdout.write(JSON.stringify([process.argv.slice(2), Object.keys(process.env)])); process.stderr.write("e"); process.exit(3)`,
    );
    const outcome = await runProgram(
      call(folder.path, { args: ["$HOME; echo x", "a b", "*"], env: { ONLY: "this" } }),
    );
    expect(outcome).toEqual({
      kind: "ended",
      exitCode: 3,
      stdout: JSON.stringify([["$HOME; echo x", "a b", "*"], ["ONLY"]]),
      stderr: "e",
    });
  });

  test("takes a program from absolute folders of the search path alone", async () => {
    await using folder = await programFolder("tool", "");
    // From the folder that this runs in, it leads to the program.
    const reachable = relative(process.cwd(), folder.path);
    expect(await runProgram(call([reachable, "", "."].join(delimiter)))).toEqual({ kind: "absent" });
    expect(await runProgram(call(""))).toEqual({ kind: "absent" });
    expect(await runProgram(call([reachable, folder.path].join(delimiter)))).toMatchObject({ kind: "ended" });
  });

  test("kills one that takes too long", async () => {
    await using folder = await programFolder("tool", "setInterval(() => {}, 1000)");
    expect(await runProgram(call(folder.path, { timeoutMs: 100 }))).toEqual({
      kind: "failed",
      problem: "slow",
      why: "it took longer than 0.1 s",
    });
  });

  test.each(["stdout", "stderr"])("kills one that prints too much on %s", async (stream) => {
    await using folder = await programFolder(
      "tool",
      `process.${stream}.write("x".repeat(1001)); setInterval(() => {}, 1000)`,
    );
    expect(await runProgram(call(folder.path))).toEqual({
      kind: "failed",
      problem: "flood",
      why: "it printed more than 1000 bytes",
    });
  });

  test("says so when a program was ended by a signal", async () => {
    await using ended = await programFolder(
      "tool",
      `process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)`,
    );
    expect(await runProgram(call(ended.path))).toEqual({
      kind: "failed",
      problem: "signal",
      why: "it was ended by a signal",
      detail: "SIGTERM",
    });
  });

  test("says so when a program cannot be started", async () => {
    await using folder = await programFolder("tool", "");
    await writeFile(join(folder.path, "tool"), "#!/no/such/interpreter\n");
    expect(await runProgram(call(folder.path))).toMatchObject({
      kind: "failed",
      problem: "start",
      detail: "ENOENT",
    });
    // What Node refuses before it starts anything.
    expect(await runProgram(call(folder.path, { env: { BROKEN: "a\u0000b" } }))).toEqual({
      kind: "failed",
      problem: "start",
      why: "it could not be started",
      detail: "ERR_INVALID_ARG_VALUE",
    });
  });

  test("gives it the input, which it need not read", async () => {
    await using echo = await programFolder("tool", "process.stdin.pipe(process.stdout)");
    expect(await runProgram(call(echo.path, { input: "two\nlines" }))).toMatchObject({
      exitCode: 0,
      stdout: "two\nlines",
    });
    await using deaf = await programFolder("tool", 'require("fs").closeSync(0); console.log("done")');
    expect(await runProgram(call(deaf.path, { input: "x".repeat(1_000_000) }))).toMatchObject({
      exitCode: 0,
      stdout: "done\n",
    });
  });

  test("hears nothing of stderr where nobody wants to", async () => {
    await using folder = await programFolder(
      "tool",
      'process.stderr.write("s".repeat(100_000)); process.stdout.write("out")',
    );
    expect(await runProgram(call(folder.path, { stderr: "ignore" }))).toEqual({
      kind: "ended",
      exitCode: 0,
      stdout: "out",
      stderr: "",
    });
  });

  test("stops on request, before and during the run", async () => {
    await using folder = await programFolder("tool", "setInterval(() => {}, 1000)");
    const controller = new AbortController();
    const running = runProgram(call(folder.path, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expect(runProgram(call(folder.path, { signal: controller.signal }))).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
  });
});
