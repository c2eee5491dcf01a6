import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockWorkspace } from "@bale/workspace";
import { describe, expect, it } from "vitest";
import type { DoctorReport, GcReport } from "../../src/index.js";
import { type Bench, failureOf, filesBelow, openBench, type Work } from "../bench.testing.js";

async function pushed(bench: Bench): Promise<Work> {
  const work = await bench.work("work");
  await work.track({ "a.txt": "one", "dir/b.txt": "two" });
  await work.push();
  return work;
}

function control(work: Work, ...parts: string[]): string {
  return join(work.root, ".bale", ...parts);
}

function sizes(folder: string): number {
  return Object.values(filesBelow(folder)).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
}

describe("gc", () => {
  const gc = async (bench: Bench, work: Work, dryRun = false): Promise<GcReport> =>
    (await bench.bale.workspace(work.root)).gc({ dryRun });

  it("removes staging, replaced files and index objects of versions that nothing refers to, and counts them first in a dry run", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    const other = await bench.clone("other");
    for (const content of ["two", "three", "four"]) {
      await other.track({ "a.txt": content });
      await other.push();
      await work.pull();
    }
    work.write({ "a.txt": "mine" });
    await work.pull({ overwrite: true, restore: true });
    work.write({ "a.txt": "local" });
    await other.track({ "a.txt": "five" });
    await other.push();
    await work.pull({ theirs: ["a.txt"] });
    writeFileSync(control(work, "staging", "a".repeat(64)), "a pack that waits");
    writeFileSync(control(work, "tmp", "write.1.aaaaaaaaaaaa.tmp"), "left");
    const before = readdirSync(control(work, "index")).length;
    expect(work.kept()).not.toEqual([]);

    const dry = await gc(bench, work, true);
    expect(readdirSync(control(work, "index"))).toHaveLength(before);
    expect(work.kept()).not.toEqual([]);
    const report = await gc(bench, work);
    expect(report).toEqual(dry);
    expect(report.removedFiles).toBeGreaterThanOrEqual(3);
    expect(report.removedBytes).toBeGreaterThan(0);
    expect(report.kept).toBe(readdirSync(control(work, "index")).length);
    expect(report.kept).toBeLessThan(before);
    expect([sizes(control(work, "staging")), sizes(control(work, "tmp")), work.kept()]).toEqual([0, 0, []]);
    expect(await gc(bench, work)).toMatchObject({ removedFiles: 0, removedBytes: 0 });
  });

  it("keeps what commands know without a network, and the chain of parents", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    const other = await bench.clone("other");
    await other.track({ "a.txt": "changed there" });
    await other.push();
    await work.pull();
    work.write({ "dir/b.txt": "changed here" });
    const chain = bench.registry.store
      .manifests("acme/app")
      .map(({ digest }) => digest.slice("sha256:".length));
    await using offline = await openBench({ client: { offline: true } });
    const status = async () => (await offline.bale.workspace(work.root)).status({ mode: "offline" });
    const before = await status();
    expect(before.total).toBe(4);
    await gc(bench, work);
    expect(await status()).toEqual(before);
    expect(chain).toHaveLength(2);
    for (const manifest of chain) expect(readdirSync(control(work, "index"))).toContain(manifest);
  });

  it("keeps the index of what was pushed to another reference", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    await work.track({ "a.txt": "experiment" });
    const elsewhere = await work.push({ reference: bench.reference("experiment") });
    await (await bench.bale.workspace(work.root)).status();
    await work.track({ "a.txt": "second experiment" });
    await work.push({ reference: bench.reference("experiment") });
    const objects = (): string[] => readdirSync(control(work, "index"));
    const pushedLast = bench.registry.store.resolveTag("acme/app", "experiment") ?? "";
    const wasThere = objects().includes(pushedLast.slice(7));
    await gc(bench, work);
    expect(objects().includes(pushedLast.slice(7))).toBe(wasThere);
    expect(elsewhere.manifest).not.toBe(pushedLast);
    await work.track({ "a.txt": "third experiment" });
    expect((await work.push({ reference: bench.reference("experiment") })).outcome).toBe("pushed");
  });
});

describe("doctor", () => {
  const doctor = async (bench: Bench, work: Work, repair = false): Promise<DoctorReport> =>
    (await bench.bale.workspace(work.root)).doctor({ repair });

  it("finds nothing wrong with a healthy workspace", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    await work.status();
    expect(await doctor(bench, work, true)).toEqual({ root: work.root, problems: [] });
  });

  it("puts a damaged state aside and begins a new one, loses no file, and the next pull adopts what is equal", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    work.write({ "a.txt": "changed here", "extra.txt": "e" });
    const state = control(work, "state");
    const bytes = readFileSync(state);
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
    writeFileSync(state, bytes);
    expect((await failureOf(work.status())).code).toBe("STATE_CORRUPT");
    const looked = await doctor(bench, work);
    expect(looked.problems.map(({ repaired }) => repaired)).toEqual([false]);
    expect(readFileSync(state).equals(bytes)).toBe(true);

    const disk = work.disk();
    const repaired = await doctor(bench, work, true);
    expect(repaired.problems.map(({ repaired: done }) => done)).toEqual([true]);
    expect(repaired.problems[0]?.fix).toContain("bale pull");
    expect(readFileSync(control(work, "state.corrupt-1")).equals(bytes)).toBe(true);
    expect(work.disk()).toEqual(disk);
    expect((await doctor(bench, work)).problems).toEqual([]);

    const refusal = await failureOf(work.pull());
    expect(refusal).toMatchObject({ code: "PULL_REFUSED", context: { paths: ["a.txt"] } });
    const pulled = await work.pull({ ours: ["a.txt"] });
    expect(pulled.adopted).toContain("dir/b.txt");
    expect(await work.verdicts()).toEqual(["a.txt local-change"]);
    expect(work.disk()).toEqual(disk);
  });

  it("leaves a state of a newer version as it is", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    const state = control(work, "state");
    const text = readFileSync(state)
      .toString("latin1")
      .replace(/^bale-state 1/, "bale-state 9");
    writeFileSync(state, text, "latin1");
    const report = await doctor(bench, work, true);
    expect(report.problems).toHaveLength(1);
    expect(report.problems[0]).toMatchObject({ repaired: false });
    expect(readFileSync(state).toString("latin1")).toBe(text);
  });

  it("removes a damaged stat cache", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    await work.status();
    writeFileSync(control(work, "stat-cache"), "bale-stat-cache 1\nrubbish");
    expect((await doctor(bench, work)).problems.map(({ what }) => what)).toEqual([
      "the stat cache is damaged",
    ]);
    expect((await doctor(bench, work, true)).problems[0]).toMatchObject({ repaired: true });
    expect(existsSync(control(work, "stat-cache"))).toBe(false);
    expect(await work.verdicts()).toEqual([]);
  });

  it("takes over the lock of a dead process, and respects any other", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    const file = control(work, "lock");
    const lock = await lockWorkspace(work.root, { command: "bale push" });
    const record = JSON.parse(readFileSync(file, "utf8"));
    expect((await doctor(bench, work)).problems).toEqual([]);
    await lock.release();
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(file, JSON.stringify({ ...record, pid, host: "another machine" }));
    expect((await doctor(bench, work)).problems).toEqual([]);
    writeFileSync(file, JSON.stringify({ ...record, pid }));
    expect((await doctor(bench, work)).problems.map(({ repaired }) => repaired)).toEqual([false]);
    expect((await doctor(bench, work, true)).problems.map(({ repaired }) => repaired)).toEqual([true]);
    expect(existsSync(file)).toBe(false);
  });

  it("clears leftovers of dead processes and damaged index objects", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    await work.pull();
    await work.status();
    writeFileSync(control(work, "tmp", "write.4194999.aaaaaaaaaaaa.tmp"), "left");
    mkdirSync(control(work, "index"), { recursive: true });
    const damaged = control(work, "index", "b".repeat(64));
    writeFileSync(damaged, "something else");
    const report = await doctor(bench, work);
    expect(report.problems).toHaveLength(2);
    expect(existsSync(damaged)).toBe(true);
    expect((await doctor(bench, work, true)).problems.every(({ repaired }) => repaired)).toBe(true);
    expect(existsSync(damaged)).toBe(false);
    expect(readdirSync(control(work, "tmp"))).toEqual([]);
    expect((await doctor(bench, work)).problems).toEqual([]);
  });

  it("says how to get a missing bale.yaml back, and what is wrong in one", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    writeFileSync(join(work.root, "bale.yaml"), "layers: [1]\n");
    const wrong = await doctor(bench, work, true);
    expect(wrong.problems.map(({ repaired }) => repaired)).toEqual([false]);
    expect(readFileSync(join(work.root, "bale.yaml"), "utf8")).toBe("layers: [1]\n");
    rmSync(join(work.root, "bale.yaml"));
    const missing = await doctor(bench, work, true);
    expect(missing.problems).toHaveLength(1);
    expect(missing.problems[0]?.what).toContain("bale.yaml is missing");
  });
});

describe("restore", () => {
  async function replaced(bench: Bench): Promise<Work> {
    const work = await pushed(bench);
    work.write({ "a.txt": "my a", "dir/b.txt": "my b" });
    const other = await bench.clone("other");
    await other.track({ "a.txt": "their a", "dir/b.txt": "their b" });
    await other.push();
    await work.pull({ overwrite: true });
    return work;
  }
  const restore = async (bench: Bench, work: Work, ...paths: string[]): Promise<readonly string[]> =>
    (await (await bench.bale.workspace(work.root)).restore(paths)).restored;

  it("lists what was replaced, with the command that did it", async () => {
    await using bench = await openBench();
    const work = await replaced(bench);
    const list = await (await bench.bale.workspace(work.root)).listReplaced();
    expect(list.map(({ path, size, reason }) => [path, size, reason])).toEqual([
      ["a.txt", 4, `pull ${bench.reference()}`],
      ["dir/b.txt", 4, `pull ${bench.reference()}`],
    ]);
  });

  it("brings back a path, a folder or what a glob matches; what was there is kept in turn", async () => {
    await using bench = await openBench();
    const work = await replaced(bench);
    expect(await restore(bench, work, "a.txt")).toEqual(["a.txt"]);
    expect(work.disk()).toEqual({ "a.txt": "my a", "dir/b.txt": "their b" });
    expect(work.kept()).toEqual(["my b", "their a"]);
    expect(await restore(bench, work, "./dir/")).toEqual(["dir/b.txt"]);
    expect(work.disk()).toEqual({ "a.txt": "my a", "dir/b.txt": "my b" });
    expect(await restore(bench, work, "**/*.txt")).toEqual(["a.txt", "dir/b.txt"]);
    expect(work.disk()).toEqual({ "a.txt": "their a", "dir/b.txt": "their b" });
    expect(await work.verdicts()).toEqual([]);
  });

  it("changes nothing when one of the paths is not kept, or none is named", async () => {
    await using bench = await openBench();
    const work = await replaced(bench);
    const refusal = await failureOf(restore(bench, work, "a.txt", "nowhere.txt"));
    expect(refusal).toMatchObject({ code: "NOT_FOUND", context: { paths: ["nowhere.txt"] } });
    expect(await restore(bench, work)).toEqual([]);
    expect(work.disk()).toEqual({ "a.txt": "their a", "dir/b.txt": "their b" });
  });
});
