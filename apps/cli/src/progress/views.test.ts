import type { ProgressEvent } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { jsonView } from "./json-view.js";
import { openProgress, resolveProgressMode } from "./open-progress.js";
import { plainView } from "./plain-view.js";
import type { ProgressPorts } from "./progress-view.js";
import { ttyView } from "./tty-view.js";

/** A clock that moves when it is told to, and everything that is written. */
function stage(columns = 60) {
  let now = 0;
  const timers = new Set<{ readonly every: number; next: number; readonly call: () => void }>();
  const writes: string[] = [];
  const ports: ProgressPorts = {
    write: (text) => writes.push(text),
    columns: () => columns,
    now: () => now,
    every: (every, call) => {
      const timer = { every, next: now + every, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const pass = (milliseconds: number): void => {
    const end = now + milliseconds;
    for (;;) {
      const due = [...timers].filter((timer) => timer.next <= end).sort((a, b) => a.next - b.next)[0];
      if (!due) break;
      now = due.next;
      due.next += due.every;
      due.call();
    }
    now = end;
  };
  return { ports, writes, pass, timers };
}

const start: ProgressEvent = {
  type: "task-start",
  task: 1,
  kind: "upload",
  label: "data/big.bin",
  total: 10 * 1024 * 1024,
  unit: "bytes",
};
const advance = (done: number): ProgressEvent => ({ type: "task-advance", task: 1, done });
const end: ProgressEvent = { type: "task-end", task: 1, outcome: "completed" };
const MIB = 1024 * 1024;

describe("progress on a terminal", () => {
  it("shows nothing for the first 300 ms, and leaves nothing on the screen when it is over by then", () => {
    const { ports, writes, pass } = stage();
    const view = ttyView(ports);
    view.onProgress(start);
    pass(250);
    view.onProgress(end);
    view.close();
    expect(writes).toEqual([]);
  });

  it("shows bytes, rate and time left of each task, and a total", () => {
    const { ports, writes, pass } = stage(70);
    const view = ttyView(ports);
    view.onProgress(start);
    pass(1000);
    view.onProgress(advance(2 * MIB));
    pass(1000);
    expect(writes.at(-1)).toContain("sending data/big.bin  2.0 MiB of 10.0 MiB, 1.0 MiB/s, 8s left\n");
    expect(writes.at(-1)).toContain("total: sent 2.0 MiB\n");
  });

  it("draws at most ten times a second, each line narrower than the terminal", () => {
    const { ports, writes, pass } = stage(40);
    const view = ttyView(ports);
    view.onProgress({ ...start, label: `deep/${"folder/".repeat(20)}file` });
    for (let step = 0; step < 1000; step++) {
      view.onProgress(advance(step * 1000));
      pass(1);
    }
    expect(writes.length).toBeLessThanOrEqual(10);
    for (const text of writes)
      for (const line of text.replace(/\u001b\[\d*[A-Z]/g, "").split("\n"))
        expect(line.length).toBeLessThan(40);
  });

  it("goes on in files for work that counts files, and tells of a retry until the task moves on", () => {
    const { ports, writes, pass } = stage();
    const view = ttyView(ports);
    view.onProgress({ type: "task-start", task: 2, kind: "scan", unit: "files" });
    view.onProgress({ type: "task-advance", task: 2, done: 1204 });
    view.onProgress({ type: "task-retry", task: 2, attempt: 1, delayMs: 1500, reason: "\u001b[2Jreset" });
    pass(400);
    expect(writes.at(-1)).toContain("scanning  try 1 failed, next in 2s: \\u{1b}[2Jreset\n");
    view.onProgress({ type: "task-advance", task: 2, done: 1205 });
    pass(100);
    expect(writes.at(-1)).toContain("scanning  1,205 files\n");
  });

  it("names a few tasks and counts the others", () => {
    const { ports, writes, pass } = stage();
    const view = ttyView(ports);
    for (let task = 1; task <= 11; task++)
      view.onProgress({ type: "task-start", task, kind: "download", unit: "bytes" });
    pass(400);
    expect(
      writes
        .at(-1)
        ?.split("\n")
        .filter((line) => line.includes("fetching")),
    ).toHaveLength(8);
    expect(writes.at(-1)).toContain("and 3 more\n");
  });

  it("gives way to other lines, and takes all of its own off the screen at the end", () => {
    const { ports, writes, pass, timers } = stage();
    const view = ttyView(ports);
    view.onProgress(start);
    pass(400);
    view.print("warning: look\n");
    expect(writes.at(-1)).toBe("\u001b[1F\u001b[Jwarning: look\n");
    pass(100);
    view.close();
    expect(writes.at(-1)).toBe("\u001b[1F\u001b[J");
    expect(timers.size).toBe(0);
  });
});

describe("progress in a log", () => {
  it("is a line every ten seconds and one at the end, without any control character", () => {
    const { ports, writes, pass, timers } = stage();
    const view = plainView(ports);
    view.onProgress(start);
    for (let second = 1; second <= 25; second++) {
      view.onProgress(advance(second * 1000));
      pass(1000);
    }
    view.onProgress(end);
    view.close();
    expect(writes).toEqual(["sent 9.8 KiB\n", "sent 19.5 KiB\n", "sent 10.0 MiB\n"]);
    expect(timers.size).toBe(0);
  });

  it("is nothing when nothing moved, and the same is not said twice", () => {
    const { ports, writes, pass } = stage();
    const view = plainView(ports);
    pass(30_000);
    view.onProgress(start);
    view.onProgress(advance(5));
    pass(30_000);
    view.close();
    expect(writes).toEqual(["sent 5 B\n"]);
  });

  it("does not count what was cancelled or there already", () => {
    const { ports, writes } = stage();
    const view = plainView(ports);
    view.onProgress(start);
    view.onProgress(advance(5));
    view.onProgress({ type: "task-end", task: 1, outcome: "reused" });
    view.onProgress({ type: "task-advance", task: 99, done: 5 });
    view.close();
    expect(writes).toEqual([]);
  });
});

describe("progress for programs", () => {
  it("is one JSON object a line, advances at most ten a second", () => {
    const { ports, writes, pass } = stage();
    const view = jsonView(ports);
    view.onProgress(start);
    for (let step = 0; step < 1000; step++) {
      view.onProgress(advance(step));
      pass(1);
    }
    view.onProgress(end);
    view.print("\u001b[33mwarning:\u001b[0m look\n");
    const events = writes.map((line) => JSON.parse(line) as { type: string });
    expect(events.filter(({ type }) => type === "task-advance")).toHaveLength(10);
    expect(events[0]).toEqual(start);
    expect(events.at(-2)).toEqual(end);
    expect(events.at(-1)).toEqual({ type: "message", text: "warning: look" });
  });
});

describe("which progress is shown", () => {
  const terminal = { isTty: true, automated: false, dumb: false, quiet: false };
  it.each([
    ["auto", terminal, "tty"],
    ["auto", { ...terminal, isTty: false }, "plain"],
    ["auto", { ...terminal, automated: true }, "plain"],
    ["auto", { ...terminal, dumb: true }, "plain"],
    ["auto", { ...terminal, quiet: true }, "none"],
    ["json", { ...terminal, quiet: true }, "json"],
    ["none", terminal, "none"],
    ["tty", { ...terminal, isTty: false }, "tty"],
  ] as const)("for %s on %j is %s", (asked, where, expected) => {
    expect(resolveProgressMode(asked, where)).toBe(expected);
  });

  it("is none at all when it is not wanted, and lines of others still pass", () => {
    const { ports, writes } = stage();
    const view = openProgress("none", ports);
    view.onProgress(start);
    view.print("note\n");
    view.close();
    expect(writes).toEqual(["note\n"]);
  });
});
