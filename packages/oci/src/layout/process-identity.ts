import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

/** Who holds a lock, so that a dead holder, a recycled pid and an earlier boot can be told from a live one. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Of Linux only: in clock ticks since boot, and the boot's own id. */
  readonly startTime?: string | undefined;
  readonly bootId?: string | undefined;
}

async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // proc(5): the second field is a name in brackets, which may hold spaces; the start time is the twenty-second.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

async function currentBootId(): Promise<string | undefined> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    return undefined;
  }
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  const [startTime, bootId] = await Promise.all([startTimeOf(process.pid), currentBootId()]);
  return { host: hostname(), pid: process.pid, startTime, bootId };
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is somebody else's, but it lives.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Whether a process is gone for certain. Of another host nothing is certain. */
export async function isGone(holder: ProcessIdentity): Promise<boolean> {
  if (holder.host !== hostname()) return false;
  const bootId = await currentBootId();
  if (holder.bootId !== undefined && bootId !== undefined && holder.bootId !== bootId) return true;
  if (!pidExists(holder.pid)) return true;
  const startTime = await startTimeOf(holder.pid);
  return holder.startTime !== undefined && startTime !== undefined && holder.startTime !== startTime;
}
