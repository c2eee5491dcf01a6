import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BaleError, type CallOptions } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { throwIfAborted } from "../local-error.js";
import { breakDeadLock } from "./break-lock.js";
import { readLock, type SeenLock, tryCreateLock } from "./lock-file.js";
import { isProvedDead, type LockRecord, newLockRecord } from "./process-identity.js";

export interface LockOptions extends CallOptions {
  /** What the lock is for, as others see it: `bale pull`. No secret. */
  readonly command: string;
  /** How long to wait for another process, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Called once when there is something to wait for. */
  readonly onWait?: ((holder: LockHolder) => void) | undefined;
}
export interface LockHolder {
  readonly pid?: number | undefined;
  readonly host?: string | undefined;
  readonly command?: string | undefined;
}
export interface WorkspaceLock extends AsyncDisposable {
  readonly root: string;
  /** Whether it is still ours to write under. */
  readonly isHeld: () => boolean;
  readonly release: () => Promise<void>;
}

const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 500;
// A lock without a record can only be one whose writer is between create and write, or died there.
const UNREADABLE_DEAD_MS = 10_000;

function lockedError(root: string, path: string, seen: SeenLock): BaleError {
  const record = seen.kind === "held" ? seen.record : undefined;
  const who = record
    ? `process ${record.pid} on ${record.host.split("/")[0]} (${record.command})`
    : "a process that left no record";
  return new BaleError({
    code: "LOCKED",
    message: `${path === controlPaths(root).lock ? "the workspace" : "the folder"} is in use: ${root}`,
    why: `${who} holds ${path}`,
    fix: "wait until it ends, or give --lock-timeout more time; if that process is certainly gone, on another machine for example, remove the file",
    context: {
      root,
      path,
      ...(record ? { pid: record.pid, host: record.host, command: record.command } : {}),
    },
  });
}

function tryRecover(path: string, seen: SeenLock, own: LockRecord): boolean {
  if (seen.kind === "held") return isProvedDead(seen.record, own) && breakDeadLock(path, seen.record, own);
  if (seen.ageMs < UNREADABLE_DEAD_MS) return false;
  rmSync(path, { force: true, recursive: true });
  return true;
}

function heldLock(root: string, path: string, own: LockRecord): WorkspaceLock {
  let held = true;
  const release = async (): Promise<void> => {
    if (!held) return;
    held = false;
    const seen = readLock(path);
    if (seen?.kind === "held" && seen.record.token === own.token) rmSync(path, { force: true });
  };
  return { root, isHeld: () => held, release, [Symbol.asyncDispose]: release };
}

/**
 * Waits until this process alone may change `.bale/` and the tracked files. The lock of a process that is proved dead (same host, and another boot,
 * no such process, or one that began at another time) is taken over; a live one's, or another host's, never.
 * @throws BaleError `LOCKED` after `timeoutMs`, `INTERRUPTED`, `PERMISSION`, `IO`
 */
export async function lockWorkspace(root: string, options: LockOptions): Promise<WorkspaceLock> {
  return takeLock(root, controlPaths(root).lock, options);
}

/** The same for a folder that is no workspace: the lock is the file `name` in it. @throws as `lockWorkspace` */
export async function lockFolder(root: string, name: string, options: LockOptions): Promise<WorkspaceLock> {
  return takeLock(root, join(root, name), options);
}

async function takeLock(root: string, path: string, options: LockOptions): Promise<WorkspaceLock> {
  const own = newLockRecord(options.command);
  const until = performance.now() + (options.timeoutMs ?? 60_000);
  let wait = FIRST_WAIT_MS;
  let told = false;
  for (;;) {
    throwIfAborted(options.signal, "waiting for the lock");
    if (tryCreateLock(path, own)) return heldLock(root, path, own);
    const seen = readLock(path);
    if (seen === undefined || tryRecover(path, seen, own)) continue;
    const left = until - performance.now();
    if (left <= 0) throw lockedError(root, path, seen);
    if (!told) {
      told = true;
      options.onWait?.(seen.kind === "held" ? seen.record : {});
    }
    // Jitter, so that many waiters do not try in step.
    await delay(Math.min(left, wait * (0.5 + Math.random())), undefined, { signal: options.signal }).catch(
      () => undefined,
    );
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}
