import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Who holds a lock. */
export interface LockHolder {
  /** Different for every lock ever taken. */
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** Process number space: containers of one machine cannot see each other's processes. */
  readonly space: string;
  /** Clock ticks after the boot at which the process began, to tell it from a later one with its number. */
  readonly started: string;
}

function tried(read: () => string): string {
  try {
    return read();
  } catch {
    return ""; // Not Linux, or no such process.
  }
}

/** proc(5): field 22 of `/proc/PID/stat`; the command name before it is in parentheses and may hold anything. */
function startOf(pid: number): string {
  const text = tried(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

export function newHolder(): LockHolder {
  return {
    token: randomBytes(12).toString("hex"),
    pid: process.pid,
    host: hostname(),
    space: tried(() => readlinkSync("/proc/self/ns/pid")),
    started: startOf(process.pid),
  };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there, but another user's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Whether the holder can be proved dead. Of another host or container nothing can be proved. */
export function isProvedDead(holder: LockHolder, own: LockHolder): boolean {
  if (holder.host !== own.host || holder.space !== own.space) return false;
  return !exists(holder.pid) || holder.started !== startOf(holder.pid);
}

/** A holder as a lock file states it; `undefined` for any other text. */
export function parseHolder(text: string): LockHolder | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockHolder> | null;
    const isWhole =
      /^[0-9a-f]{24}$/.test(value?.token ?? "") &&
      Number.isInteger(value?.pid) &&
      [value?.host, value?.space, value?.started].every((part) => typeof part === "string");
    return isWhole ? (value as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}
