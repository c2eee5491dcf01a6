import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withFileLock } from "./file-lock.js";
import { type LockHolder, newHolder } from "./process-identity.js";
import { failure } from "./scene.testing.js";

/** The number of a process that has ended. */
function deadPid(): number {
  return Number(spawnSync(process.execPath, ["-p", "process.pid"]).stdout.toString());
}

describe("the lock of a file", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "auth-docker-lock-"));
    file = join(folder, "config.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const leave = (change: Partial<LockHolder>): void =>
    writeFileSync(`${file}.lock`, JSON.stringify({ ...newHolder(), ...change }));
  const now = (): Promise<string> => withFileLock(file, { timeoutMs: 0 }, async () => "done");

  it("is never held by two", async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        withFileLock(file, { timeoutMs: 10_000 }, async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is given back after a failure", async () => {
    await expect(withFileLock(file, { timeoutMs: 0 }, () => Promise.reject(new Error("x")))).rejects.toThrow(
      "x",
    );
    expect(await now()).toBe("done");
  });

  it.each<[string, () => Partial<LockHolder>]>([
    ["that has ended", () => ({ pid: deadPid() })],
    ["whose number is another's now", () => ({ started: "1" })],
  ])("is taken over from a process %s, by one only", async (_, change) => {
    leave(change());
    const dones = await Promise.all(
      Array.from({ length: 5 }, () => withFileLock(file, { timeoutMs: 10_000 }, async () => "done")),
    );
    expect(dones).toHaveLength(5);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, Partial<LockHolder>]>([
    ["a live process", {}],
    ["another host", { host: "elsewhere", pid: 999_999_999 }],
    ["another container", { space: "pid:[1]", pid: 999_999_999 }],
  ])("is never taken from %s", async (_, holder) => {
    leave(holder);
    const before = readFileSync(`${file}.lock`, "utf8");
    const error = await failure(now());
    expect(error).toMatchObject({ code: "LOCKED", retry: { kind: "safe" } });
    expect(error.fix).toContain(`${file}.lock`);
    expect(readFileSync(`${file}.lock`, "utf8")).toBe(before);
  });

  it("is not taken from one that has not said who it is", async () => {
    for (const text of ["", "{}", "null", '{"pid":1}', "\u0000"]) {
      writeFileSync(`${file}.lock`, text);
      expect(await failure(now())).toMatchObject({ code: "LOCKED" });
    }
  });

  it("is waited for until the wait is withdrawn", async () => {
    leave({});
    const stop = new AbortController();
    const waiting = failure(
      withFileLock(file, { timeoutMs: 10_000, signal: stop.signal }, async () => "done"),
    );
    stop.abort();
    expect(await waiting).toMatchObject({ code: "INTERRUPTED" });
  });
});
