import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { BaleError } from "@bale/spec";
import { pauseBeforeRetry } from "../retry-pause.js";
import { indexFile, type LayoutFolder } from "./layout-folder.js";
import { localFailure, systemCode } from "./local-failure.js";
import { isGone, ownIdentity, type ProcessIdentity } from "./process-identity.js";

const POLL_MS = 20;
const POLL_DOUBLINGS = 4;
// A lock file is written in one go right after it is made; one that stays unreadable for longer was cut off there.
const UNREADABLE_MS = 10_000;

interface LockContent extends ProcessIdentity {
  readonly nonce: string;
}
export interface LayoutLock extends AsyncDisposable {
  /** @throws BaleError `LOCKED` when somebody took the lock away meanwhile */
  readonly check: () => Promise<void>;
}

export function lockFile(folder: LayoutFolder): string {
  return `${indexFile(folder)}.lock`;
}

async function readLock(path: string): Promise<LockContent | "unreadable" | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    const isLock =
      typeof value === "object" && value !== null && "nonce" in value && "pid" in value && "host" in value;
    return isLock ? (value as LockContent) : "unreadable";
  } catch (error) {
    return systemCode(error) === "ENOENT" ? undefined : "unreadable";
  }
}

async function isStale(path: string, found: LockContent | "unreadable"): Promise<boolean> {
  if (found !== "unreadable") return isGone(found);
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  return age > UNREADABLE_MS;
}

/** Moves a dead holder's lock away. When it turns out to be a newer lock than the one that was judged, it is put back. */
async function breakLock(path: string, judged: LockContent | "unreadable"): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    throw error;
  }
  const moved = await readLock(aside);
  const same =
    typeof moved === "object" && typeof judged === "object" ? moved.nonce === judged.nonce : moved === judged;
  await (same ? rm(aside, { force: true }) : rename(aside, path));
}

async function takeLock(path: string, content: LockContent): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(path, "wx", 0o644);
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await handle.writeFile(JSON.stringify(content));
    return true;
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

function locked(path: string, holder: LockContent | "unreadable" | undefined): BaleError {
  const who = typeof holder === "object" ? `process ${holder.pid} on ${holder.host}` : "another process";
  return new BaleError({
    code: "LOCKED",
    message: `the layout is being changed by ${who}`,
    why: `it holds ${path}`,
    fix: "wait for it to end; if it does not run any more, remove that file",
    context: { path },
  });
}

/**
 * Waits for the right to replace `index.json`. A lock whose process is gone is recovered, a live one never.
 * @throws BaleError `LOCKED` after `timeoutMs`, `PERMISSION`, `IO`
 */
export async function lockLayout(
  folder: LayoutFolder,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<LayoutLock> {
  const path = lockFile(folder);
  const content: LockContent = { ...(await ownIdentity()), nonce: randomUUID() };
  const deadline = performance.now() + timeoutMs;
  try {
    for (let attempt = 1; !(await takeLock(path, content)); attempt++) {
      const found = await readLock(path);
      if (found === undefined) continue;
      if (await isStale(path, found)) await breakLock(path, found);
      else if (performance.now() >= deadline) throw locked(path, found);
      else await pauseBeforeRetry({ attempt: Math.min(attempt, POLL_DOUBLINGS) }, POLL_MS, signal);
    }
  } catch (error) {
    throw localFailure(error, "locking a layout", path);
  }
  const isMine = async (): Promise<boolean> => {
    const found = await readLock(path);
    return typeof found === "object" && found.nonce === content.nonce;
  };
  return {
    check: async () => {
      if (!(await isMine())) throw locked(path, await readLock(path));
    },
    [Symbol.asyncDispose]: async () => {
      if (await isMine()) await rm(path, { force: true });
    },
  };
}
