import { link, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { BaleError, type CallOptions } from "@bale/spec";
import { errnoOf, localError } from "./local-error.js";
import { isProvedDead, type LockHolder, newHolder, parseHolder } from "./process-identity.js";
import { stopIfAborted } from "./stop-if-aborted.js";

export interface LockOptions extends CallOptions {
  /** Milliseconds. */
  readonly timeoutMs: number;
}

const POLL_MS = 20;

/** Creates a file that names its holder, if there is none. A hard link makes name and content appear together. */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  const temporary = `${path}.${holder.token}`;
  const text = JSON.stringify(holder);
  try {
    await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
    try {
      await link(temporary, path);
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      // A disk without hard links.
      await writeFile(path, text, { flag: "wx", mode: 0o600 });
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw localError(error, path, "locking");
  } finally {
    await rm(temporary, { force: true });
  }
}

async function holderOf(path: string): Promise<LockHolder | undefined> {
  try {
    return parseHolder(await readFile(path, "utf8"));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw localError(error, path, "reading");
  }
}

/**
 * Removes a lock whose holder is dead. The right to do so is a file named after the holder's token, which never comes back: who holds the
 * right cannot take away what somebody else has locked in the meantime.
 */
async function breakDeadLock(path: string, dead: LockHolder, own: LockHolder): Promise<void> {
  const right = `${path}.break-${dead.token}`;
  if (!(await create(right, own))) return;
  if ((await holderOf(path))?.token === dead.token) await rm(path, { force: true });
  await rm(right, { force: true });
}

/**
 * Runs a task while no other process of bale writes the same file. The lock of a process that has ended is taken over; that of a live one, or
 * one of another machine, never.
 * @throws BaleError `LOCKED`, `PERMISSION`, `NO_SPACE`, `IO`, `INTERRUPTED`
 */
export async function withFileLock<Value>(
  file: string,
  { timeoutMs, signal }: LockOptions,
  task: () => Promise<Value>,
): Promise<Value> {
  const path = `${file}.lock`;
  const own = newHolder();
  const until = performance.now() + timeoutMs;
  while (!(await create(path, own))) {
    stopIfAborted(signal);
    const holder = await holderOf(path);
    if (holder && isProvedDead(holder, own)) await breakDeadLock(path, holder, own);
    if (performance.now() >= until)
      throw new BaleError({
        code: "LOCKED",
        message: `${file} is being written by ${holder ? `process ${holder.pid} on ${holder.host}` : "another process"}`,
        fix: `try again; if nothing is running there, remove ${path}`,
        context: { path: file },
      });
    await sleep(POLL_MS);
  }
  try {
    return await task();
  } finally {
    if ((await holderOf(path))?.token === own.token) await rm(path, { force: true });
  }
}
