import type { TaskKind } from "@bale/spec";
import { formatBytes, formatCount, formatDuration } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import type { Tally, Task, TaskBoard } from "./task-board.js";

const DOING: Readonly<Record<TaskKind, string>> = {
  scan: "scanning",
  hash: "hashing",
  pack: "packing",
  upload: "sending",
  download: "fetching",
  write: "writing",
  verify: "verifying",
  copy: "copying",
};
const DONE: Readonly<Record<TaskKind, string>> = {
  scan: "scanned",
  hash: "hashed",
  pack: "packed",
  upload: "sent",
  download: "fetched",
  write: "wrote",
  verify: "verified",
  copy: "copied",
};
// A rate over less than this says nothing.
const LEAST_MS = 500;

function amount(value: number, unit: Tally["unit"]): string {
  return unit === "bytes" ? formatBytes(value) : `${formatCount(value)} ${value === 1 ? "file" : "files"}`;
}

function shortened(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 3 ? text.slice(0, Math.max(0, width)) : `...${text.slice(text.length - width + 3)}`;
}

/** How far a task is: `12.0 MiB of 1.0 GiB, 80.0 MiB/s, 12s left`. */
export function taskAmounts(task: Task, now: number): string {
  const elapsed = now - task.startedAt;
  const of = task.total === undefined ? "" : ` of ${amount(task.total, task.unit)}`;
  const parts = [`${amount(task.done, task.unit)}${of}`];
  if (task.unit === "bytes" && elapsed >= LEAST_MS && task.done > 0) {
    const perMs = task.done / elapsed;
    parts.push(`${formatBytes(Math.round(perMs * 1000))}/s`);
    if (task.total !== undefined && task.total > task.done)
      parts.push(`${formatDuration((task.total - task.done) / perMs)} left`);
  }
  return parts.join(", ");
}

/** One line of a running task, no longer than `width`: what, which, how far. */
export function taskLine(task: Task, now: number, width: number): string {
  const end = task.retry ?? taskAmounts(task, now);
  const verb = DOING[task.kind];
  const room = width - verb.length - end.length - 4;
  const label = task.label === undefined || room < 4 ? "" : ` ${shortened(safe(task.label), room)}`;
  return shortenedEnd(`${verb}${label}  ${safe(end)}`, width);
}

function shortenedEnd(text: string, width: number): string {
  return text.length <= width ? text : text.slice(0, width);
}

/** What has ended so far, in one line: `hashed 1,204 files, sent 40.0 MiB`. */
export function totalsLine(board: TaskBoard): string {
  const parts: string[] = [];
  for (const [kind, verb] of Object.entries(DONE) as [TaskKind, string][]) {
    const running = [...board.active.values()].filter((task) => task.kind === kind);
    const ended = board.ended.get(kind);
    const unit = ended?.unit ?? running[0]?.unit;
    if (unit === undefined) continue;
    const done =
      (ended?.done ?? 0) + running.reduce((sum, task) => sum + (task.unit === unit ? task.done : 0), 0);
    if (done > 0) parts.push(`${verb} ${amount(done, unit)}`);
  }
  return parts.join(", ");
}
