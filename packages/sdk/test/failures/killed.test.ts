import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench, type Work } from "../bench.testing.js";
import { buildProgram } from "../child-program.testing.js";

let bench: Bench;
let program: string;
let maker: Work;

const FILES = 120;
const tree = (version: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: FILES }, (_, n) => [`d${n % 7}/f${n}`, `${version} ${n} `.repeat(40)]),
  );

beforeAll(async () => {
  bench = await openBench();
  program = await buildProgram(new URL("killed-child.testing.ts", import.meta.url), bench.folder);
  maker = await bench.work("maker");
  await maker.track({ ...tree("old"), gone: "old" });
  await maker.push();
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose]());

async function start(work: Work, command: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, work.root, command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

describe("a pull that is killed", () => {
  it("leaves each path old or new and mine aside; the same command then finishes", {
    timeout: 60_000,
  }, async () => {
    const before = await bench.clone("before");
    await maker.track({ ...tree("new"), gone: null });
    await maker.push();
    const mine = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`d${n % 7}/f${n}`, `mine ${n}`]));
    before.write(mine);
    // Two deaths at requests, the others anywhere: most of them while files are put in place.
    const deaths = [2, 4, "0 ms", "8 ms", "16 ms", "24 ms", "32 ms", "45 ms"];
    for (const [round, death] of deaths.entries()) {
      const work = before.copy(`killed-${round}`);
      const child = await start(work, "pull");
      if (typeof death === "number") {
        const met = new Promise<void>((resolve) => {
          bench.registry.addFault({ skip: death, action: { kind: "run", run: () => resolve() } });
        });
        await met;
        bench.registry.clearFaults();
      } else await wait(Number.parseInt(death, 10));
      await kill(child);
      const disk = work.disk();
      const [old, now] = [{ ...tree("old"), gone: "old" } as Record<string, string>, tree("new")];
      for (const [path, content] of Object.entries(disk))
        expect([old[path], now[path], mine[path as never]], path).toContain(content);
      const here = new Set([...Object.values(disk), ...work.kept()]);
      for (const content of Object.values(mine)) expect(here, `after ${death}`).toContain(content);
      await work.pull({ overwrite: true });
      expect(work.disk()).toEqual(now);
      expect(work.kept()).toEqual(expect.arrayContaining(Object.values(mine)));
      expect((await work.status()).changes).toEqual([]);
    }
  });
});

describe("a push that is killed", () => {
  it("leaves the old tag or the whole new one; the same command then finishes", {
    timeout: 60_000,
  }, async () => {
    const { store } = bench.registry;
    for (const request of [0, 1, 3, 5, 7, 8, 9]) {
      const tag = store.resolveTag("acme/app", "v1");
      const work = await bench.clone(`pusher-${request}`);
      await work.track({ [`pushed-${request}`]: "x".repeat(1_200_000 + request) });
      const child = await start(work, "push");
      await new Promise<void>((resolve) => {
        bench.registry.addFault({ skip: request, action: { kind: "run", run: () => resolve() } });
        child.once("exit", () => resolve());
      });
      await kill(child);
      bench.registry.clearFaults();
      const after = store.resolveTag("acme/app", "v1");
      if (after !== tag) {
        const { files } = await bench.bale.ls(bench.reference());
        expect(files.map((file) => file.path)).toContain(`pushed-${request}`);
      }
      await work.push();
      expect((await work.status()).changes).toEqual([]);
      const { files } = await bench.bale.ls(bench.reference());
      expect(files.map((file) => file.path)).toContain(`pushed-${request}`);
    }
  });
});

describe("two commands on one workspace", () => {
  it("wait for each other; both end right", async () => {
    const work = await bench.clone("busy");
    work.write({ one: "1", two: "2" });
    const workspace = await bench.bale.workspace(work.root);
    await Promise.all([
      workspace.add(["one"], { cwd: work.root }),
      workspace.pull(),
      workspace.add(["two"], { cwd: work.root }),
      workspace.status(),
      workspace.push(),
    ]);
    await work.push();
    const { files } = await bench.bale.ls(bench.reference());
    const paths = files.map((file) => file.path);
    expect(paths).toContain("one");
    expect(paths).toContain("two");
    expect((await work.status()).changes).toEqual([]);
  });
});
