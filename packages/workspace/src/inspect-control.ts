import { readFileSync, rmSync } from "node:fs";
import { CACHE_FORMAT } from "./cache/cache-format.js";
import { controlPaths } from "./control-folder.js";
import { errnoOf, localError } from "./local-error.js";
import { readLock } from "./lock/lock-file.js";
import { isProvedDead, ownIdentity } from "./lock/process-identity.js";
import { type Reclaimed, reclaimFolder, reclaimStaging } from "./staging/staging-area.js";
import { decodeColumnFile } from "./state/column-file.js";

/** Whether `.bale/stat-cache` is a cache, is none, or cannot be used. An unusable one costs only time. */
export type CacheCondition = "good" | "absent" | "newer" | "corrupt";

/** @throws BaleError `PERMISSION`, `IO` */
export function inspectStatCache(root: string): CacheCondition {
  const { statCache } = controlPaths(root);
  try {
    const decoded = decodeColumnFile("stat-cache", CACHE_FORMAT, readFileSync(statCache));
    return typeof decoded === "string" ? decoded : "good";
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "absent";
    if (errnoOf(error) === "EISDIR") return "corrupt";
    throw localError(error, statCache, "reading");
  }
}

/** Forgets what is known of files; the next command reads them again. Call with the lock held. @throws BaleError `PERMISSION`, `IO` */
export function removeStatCache(root: string): void {
  const { statCache } = controlPaths(root);
  try {
    rmSync(statCache, { recursive: true, force: true });
  } catch (error) {
    throw localError(error, statCache, "removing");
  }
}

/** Who holds the lock; `dead` when the process is proved to be gone, so that the next command takes the lock over. */
export interface LockCondition {
  readonly pid?: number | undefined;
  readonly command?: string | undefined;
  readonly dead: boolean;
}

/** `undefined`: nobody. Takes nothing. @throws BaleError `PERMISSION`, `IO` */
export function inspectLock(root: string): LockCondition | undefined {
  const seen = readLock(controlPaths(root).lock);
  if (seen === undefined) return undefined;
  // A record appears together with the file, save where a disk has no hard links; there its writer needs a moment.
  if (seen.kind === "unreadable") return { dead: seen.ageMs >= 10_000 };
  const { pid, command } = seen.record;
  return { pid, command, dead: isProvedDead(seen.record, ownIdentity()) };
}

/** What dead processes left in `.bale/tmp` and `.bale/staging`. `remove` needs the lock. @throws BaleError `PERMISSION`, `IO` */
export function reclaimLeftovers(root: string, options: { readonly remove: boolean }): Reclaimed {
  const dryRun = !options.remove;
  const temporary = reclaimFolder(controlPaths(root).temporary, { dryRun });
  const staged = reclaimStaging(root, { dryRun });
  return { files: temporary.files + staged.files, bytes: temporary.bytes + staged.bytes };
}
