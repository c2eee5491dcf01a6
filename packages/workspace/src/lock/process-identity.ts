import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { readBootId } from "../boot-id.js";

/** Who holds a lock, so that a dead process is told from a live one even when its number is in use again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Name and machine id. */
  readonly host: string;
  readonly bootId?: string | undefined;
  /** Process number space: containers of one machine cannot see each other's processes. */
  readonly pidSpace?: string | undefined;
  /** Clock ticks after the boot at which the process began. */
  readonly startTime?: string | undefined;
}
export interface LockRecord extends ProcessIdentity {
  /** Different for every lock ever taken. */
  readonly token: string;
  readonly command: string;
  /** Milliseconds since 1970; for people only. */
  readonly sinceMs: number;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return undefined;
  }
}

/** proc(5): field 22 of `/proc/PID/stat`; the command name before it is in parentheses and may hold anything. */
function processStartTime(pid: number): string | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[19];
}

function pidSpace(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const machine = readText("/etc/machine-id");
  return {
    pid: process.pid,
    host: machine ? `${hostname()}/${machine}` : hostname(),
    bootId: readBootId(),
    pidSpace: pidSpace(),
    startTime: processStartTime(process.pid),
  };
}

export function newLockRecord(command: string): LockRecord {
  return { ...ownIdentity(), token: randomBytes(12).toString("hex"), command, sinceMs: Date.now() };
}

/** What the operating system says of a process of this machine. */
export interface ProcessTable {
  readonly exists: (pid: number) => boolean;
  readonly startTime: (pid: number) => string | undefined;
}

export const PROCESS_TABLE: ProcessTable = {
  exists(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // EPERM: there, but another user's.
      return (error as NodeJS.ErrnoException).code !== "ESRCH";
    }
  },
  startTime: processStartTime,
};

/** Whether the holder can be proved dead. Of another host, or of another container, nothing can be proved: such a lock is never taken away. */
export function isProvedDead(
  holder: ProcessIdentity,
  own: ProcessIdentity,
  table: ProcessTable = PROCESS_TABLE,
): boolean {
  if (holder.host !== own.host) return false;
  if (holder.bootId !== own.bootId) return holder.bootId !== undefined && own.bootId !== undefined;
  if (holder.pidSpace !== own.pidSpace) return false;
  if (!table.exists(holder.pid)) return true;
  const started = table.startTime(holder.pid);
  // The number was given to another process.
  return holder.startTime !== undefined && started !== undefined && started !== holder.startTime;
}
