import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "./harness/client.js";
import { linkedProject, startProgram } from "./harness/linked-project.js";
import { readGuide } from "./harness/read-guide.js";
import { scratchFolder } from "./harness/scratch-folder.js";

const scratch = scratchFolder();
let registry: TestRegistry;
let inRegistry: string;
let inLayout: string;

beforeAll(async () => {
  registry = await startTestRegistry();
  inRegistry = `${registry.host}/acme/models/malaria:v1`;
  inLayout = `oci:${scratch.join("layout")}:v1`;
  const work = scratch.make("author");
  writeFileSync(join(work, "a.txt"), "hello\n");
  writeFileSync(join(work, "large"), "0123456789".repeat(200_000));
  await using bale = openClient();
  await bale.init({ directory: work });
  const workspace = await bale.workspace(work);
  await workspace.add(["."], { cwd: work });
  for (const reference of [inRegistry, inLayout]) await workspace.push({ reference });
});
afterAll(async () => {
  await registry.close();
  scratch[Symbol.dispose]();
});

const blobs = { method: "GET", path: /\/blobs\// } as const;

describe("the script", () => {
  it.each([
    ["a registry", () => inRegistry],
    ["a layout", () => inLayout],
  ])("brings a bundle from %s, prints its files, and fetches nothing the second time", async (name, of) => {
    const cwd = linkedProject(scratch.make(`script ${name}`), "client-script");
    for (const outcome of ["written", "nothing-to-do"]) {
      const program = startProgram(["index.mjs", of(), "out"], { cwd });
      expect(await program.exit, program.stderr()).toBe(0);
      expect(program.stdout()).toContain("6\ta.txt\n");
      expect(program.stderr()).toContain(`${outcome}: `);
    }
    expect(readFileSync(join(cwd, "out", "a.txt"), "utf8")).toBe("hello\n");
  });

  it("ends with the code of the command line where there is no such tag", async () => {
    const cwd = linkedProject(scratch.make("script absent"), "client-script");
    const program = startProgram(["index.mjs", `${inRegistry}9`], { cwd });
    expect([await program.exit, program.stderr()]).toEqual([3, expect.stringContaining("NOT_FOUND: ")]);
  });
});

describe("the service", () => {
  it("answers with files of the bundle alone, and ends when it is told to", async () => {
    const cwd = linkedProject(scratch.make("service"), "client-service");
    const program = startProgram(["server.mjs", inRegistry, "out"], { cwd, env: { PORT: "0" } });
    const [, port] = await program.says(/listening on (\d+)/);
    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${url}/a.txt`)).text()).toBe("hello\n");
    expect((await (await fetch(`${url}/large`)).text()).length).toBe(2_000_000);
    expect(await (await fetch(`${url}/health`)).text()).toMatch(/^sha256:/);
    for (const path of ["/../server.mjs", "/.bale-ensure.json", "/%2e%2e/server.mjs", "/none"])
      expect((await fetch(`${url}${path}`)).status, path).toBe(404);
    program.kill("SIGTERM");
    expect([await program.exit, program.stderr()]).toEqual([0, ""]);
  });

  it("told to end while it fetches, ends at once, and goes on from there at the next start", async () => {
    const cwd = linkedProject(scratch.make("service ended"), "client-service");
    const stalled = new Promise<void>((resolve) => {
      registry.addFault({ ...blobs, skip: 2, action: { kind: "run", run: () => resolve() } });
      registry.addFault({ ...blobs, skip: 2, times: 0, action: { kind: "stall" } });
    });
    const first = startProgram(["server.mjs", inRegistry, "out"], { cwd, env: { PORT: "0" } });
    await stalled;
    first.kill("SIGTERM");
    expect([await first.exit, first.stderr()]).toEqual([1, expect.stringContaining("INTERRUPTED")]);
    registry.clearFaults();
    const second = startProgram(["server.mjs", inRegistry, "out"], { cwd, env: { PORT: "0" } });
    await second.says(/listening/);
    second.kill("SIGTERM");
    expect(await second.exit).toBe(0);
  });
});

describe("the worker", () => {
  it("posts its progress, and what it brought", async () => {
    const cwd = linkedProject(scratch.make("worker"), "client-worker");
    const program = startProgram(["main.mjs", inRegistry, "out"], { cwd });
    expect(await program.exit, program.stderr()).toBe(0);
    expect(JSON.parse(program.stdout())).toMatchObject({ type: "done", outcome: "written" });
    expect(program.stderr()).toContain("task-start\n");
  });

  it("is stopped by a message, and leaves no file that is not whole", async () => {
    const cwd = linkedProject(scratch.make("worker stopped"), "client-worker");
    registry.addFault({ ...blobs, skip: 2, times: 0, action: { kind: "stall" } });
    const program = startProgram(["main.mjs", inRegistry, "out", "0.5"], { cwd });
    expect(await program.exit, program.stderr()).toBe(1);
    expect(JSON.parse(program.stdout())).toMatchObject({ type: "failed", code: "INTERRUPTED" });
    registry.clearFaults();
    expect(existsSync(join(cwd, "out", "large"))).toBe(false);
  });
});

describe("the guide to the client", () => {
  it("has blocks that work in their order", async () => {
    const cwd = linkedProject(scratch.make("guide"));
    const printed: Record<string, readonly string[]> = {};
    for (const { label, text } of readGuide("client").filter((block) => block.language === "js")) {
      writeFileSync(join(cwd, label), text.replaceAll("ghcr.io/acme", `${registry.host}/guide`));
      if (label === "client.mjs") continue;
      const program = startProgram([label], { cwd });
      expect(await program.exit, `${label}: ${program.stderr()}`).toBe(0);
      printed[label] = program.stdout().trim().split("\n");
    }
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    expect(printed).toEqual({
      "publish.mjs": [expect.stringMatching(/^pushed sha256:/)],
      "use.mjs": [expect.stringMatching(/^written [1-9]/), "nothing-to-do"],
      "lists.mjs": ["weights/a.bin 5", "v1", digest],
      "cancel.mjs": ["stopped"],
      "plan.mjs": ["true", "push"],
      "errors.mjs": ["NOT_FOUND 3"],
    });
    expect(readdirSync(cwd)).not.toContain("copy");
  });
});
