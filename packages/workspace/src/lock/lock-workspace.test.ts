import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { controlPaths } from "../control-folder.js";
import { useFolders } from "../workspace.testing.js";
import { breakDeadLock } from "./break-lock.js";
import { tryCreateLock } from "./lock-file.js";
import { lockWorkspace } from "./lock-workspace.js";
import { isProvedDead, type LockRecord, newLockRecord, type ProcessTable } from "./process-identity.js";

/** The number of a process that has ended. */
function deadPid(): number {
  return Number(spawnSync(process.execPath, ["-e", "console.log(process.pid)"]).stdout.toString());
}

describe("workspace lock", () => {
  const folder = useFolders();
  let root = "";
  let file = "";
  beforeEach(() => {
    root = folder().root;
    mkdirSync(controlPaths(root).folder);
    file = controlPaths(root).lock;
  });
  const leave = (change: Partial<LockRecord>): void =>
    writeFileSync(file, JSON.stringify({ ...newLockRecord("bale old"), ...change }));

  it("names holder and command to who waits too long", async () => {
    const first = await lockWorkspace(root, { command: "bale pull" });
    const waits: unknown[] = [];
    await expect(
      lockWorkspace(root, { command: "bale push", timeoutMs: 30, onWait: (holder) => waits.push(holder) }),
    ).rejects.toMatchObject({
      code: "LOCKED",
      context: { pid: process.pid, command: "bale pull" },
    });
    expect(waits).toHaveLength(1);
    await first.release();
    expect(existsSync(file)).toBe(false);
    expect(first.isHeld()).toBe(false);
  });

  it("is handed from one to the next, and never to two", async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const lock = await lockWorkspace(root, { command: `bale ${index}` });
        inside++;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        await lock.release();
      }),
    );
    expect(most).toBe(1);
    expect(readdirSync(controlPaths(root).folder)).toEqual([]);
  });

  it("is recovered from a process that has ended", async () => {
    leave({ pid: deadPid() });
    const lock = await lockWorkspace(root, { command: "bale push", timeoutMs: 0 });
    expect(JSON.parse(readFileSync(file, "utf8")).command).toBe("bale push");
    await lock.release();
    expect(readdirSync(controlPaths(root).folder)).toEqual([]);
  });

  it("is recovered when the number belongs to another process now, or the machine was started again", async () => {
    leave({ startTime: "1" });
    await (await lockWorkspace(root, { command: "bale", timeoutMs: 0 })).release();
    leave({ bootId: "00000000-0000-0000-0000-000000000000" });
    await (await lockWorkspace(root, { command: "bale", timeoutMs: 0 })).release();
  });

  it.each<[string, Partial<LockRecord>]>([
    ["a live process", {}],
    ["another host", { host: "elsewhere/1", pid: 999_999_999 }],
    ["another container", { pidSpace: "pid:[1]", pid: 999_999_999 }],
  ])("is never taken from %s", async (_, holder) => {
    leave(holder);
    const before = readFileSync(file, "utf8");
    await expect(lockWorkspace(root, { command: "bale", timeoutMs: 25 })).rejects.toMatchObject({
      code: "LOCKED",
    });
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("is recovered when its writer died before it wrote the record", async () => {
    writeFileSync(file, "");
    await expect(lockWorkspace(root, { command: "bale", timeoutMs: 20 })).rejects.toMatchObject({
      code: "LOCKED",
    });
    utimesSync(file, new Date(1e12), new Date(1e12));
    await (await lockWorkspace(root, { command: "bale", timeoutMs: 0 })).release();
  });

  it("goes back to nobody when another has taken it over", async () => {
    const lock = await lockWorkspace(root, { command: "bale" });
    leave({ command: "another" });
    await lock.release();
    expect(JSON.parse(readFileSync(file, "utf8")).command).toBe("another");
  });

  it("stops waiting when told", async () => {
    const first = await lockWorkspace(root, { command: "bale" });
    const stop = new AbortController();
    const waiting = lockWorkspace(root, { command: "bale", signal: stop.signal, onWait: () => stop.abort() });
    await expect(waiting).rejects.toMatchObject({ code: "INTERRUPTED" });
    await first.release();
  });

  it("is broken by exactly one, also when an earlier breaker died on the way", () => {
    const dead = { ...newLockRecord("bale old"), pid: deadPid() };
    const breaker = { ...newLockRecord("bale breaker"), pid: dead.pid };
    const own = newLockRecord("bale own");
    tryCreateLock(file, dead);
    tryCreateLock(`${file}.break-${dead.token}`, breaker);
    expect(breakDeadLock(file, dead, own)).toBe(true);
    expect(readdirSync(controlPaths(root).folder)).toEqual([]);
  });

  it("is not broken when it was taken anew meanwhile", () => {
    const dead = { ...newLockRecord("bale old"), pid: deadPid() };
    const next = newLockRecord("bale next");
    tryCreateLock(file, next);
    breakDeadLock(file, dead, newLockRecord("bale own"));
    expect(JSON.parse(readFileSync(file, "utf8")).token).toBe(next.token);
  });
});

describe("proof of death", () => {
  const own = { pid: 10, host: "h/1", bootId: "b", pidSpace: "p", startTime: "100" };
  const table = (exists: boolean, started: string | undefined): ProcessTable => ({
    exists: () => exists,
    startTime: () => started,
  });

  it.each<[string, object, ProcessTable, boolean]>([
    ["no such process", {}, table(false, undefined), true],
    ["the same process", {}, table(true, "100"), false],
    ["a recycled number", {}, table(true, "200"), true],
    ["a system without start times", {}, table(true, undefined), false],
    ["another boot", { bootId: "c" }, table(true, "100"), true],
    ["a boot that is not known", { bootId: undefined }, table(true, "100"), false],
    ["another host", { host: "h/2" }, table(false, undefined), false],
    ["another container", { pidSpace: "q" }, table(false, undefined), false],
  ])("%s", (_, change, processes, dead) => {
    expect(isProvedDead({ ...own, ...change }, own, processes)).toBe(dead);
  });
});
