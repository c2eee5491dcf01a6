import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { BaleError } from "@bale/spec";
import { type LockOptions, localError, lockFolder, type WorkspaceLock } from "@bale/workspace";

const LOCK_FILE = ".bale-ensure.lock";
const STAGING = ".bale-ensure.tmp";
// Another run that failed may remove the folder that it made, between our making it and our locking it.
const TRIES = 5;

/** A folder that this process alone may change, with an empty place for what is not yet visible. */
export interface LockedFolder {
  readonly root: string;
  readonly staging: string;
  readonly lock: WorkspaceLock;
}

function makeFolder(path: string, mode: number): string | undefined {
  try {
    return mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw localError(error, path, "making");
  }
}

async function lockMade(
  root: string,
  options: LockOptions,
): Promise<{ readonly lock: WorkspaceLock; readonly made: string | undefined }> {
  for (let count = 1; ; count++) {
    const made = makeFolder(root, 0o755);
    try {
      return { lock: await lockFolder(root, LOCK_FILE, options), made };
    } catch (error) {
      if (!BaleError.is(error, "IO") || error.context["errno"] !== "ENOENT" || count === TRIES) throw error;
    }
  }
}

/** Removes folders that were made for nothing, as long as they are empty. */
function unmake(root: string, made: string): void {
  try {
    for (let folder = root; ; folder = dirname(folder)) {
      rmdirSync(folder);
      if (folder === made) return;
    }
  } catch {
    // Somebody uses it, or it has content by now: it stays.
  }
}

/**
 * Runs `use` with the folder locked; it is made when it is not there, and goes again when `use` fails and left nothing in it.
 * What an interrupted run staged is removed first, what this one stages at the end.
 * @throws BaleError `LOCKED`, `PERMISSION`, `NO_SPACE`, `IO`, and what `use` throws
 */
export async function withLockedFolder<Value>(
  root: string,
  options: LockOptions,
  use: (folder: LockedFolder) => Promise<Value>,
): Promise<Value> {
  const { lock, made } = await lockMade(root, options);
  const staging = join(root, STAGING);
  const clear = (): void => rmSync(staging, { recursive: true, force: true });
  let done = false;
  try {
    // A link that somebody put there is removed, not followed.
    clear();
    makeFolder(staging, 0o700);
    const value = await use({ root, staging, lock });
    done = true;
    return value;
  } finally {
    clear();
    await lock.release();
    if (!done && made !== undefined) unmake(root, made);
  }
}
