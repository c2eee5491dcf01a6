import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { controlPaths } from "../control-folder.js";
import { errnoOf, localError } from "../local-error.js";
import { temporaryName, writeFileAtomic } from "../write-atomic.js";
import { encodeCache } from "./cache-format.js";
import { type CacheExpectation, decodeCachedRows } from "./cached-rows.js";
import { createStatCache, type StatCache } from "./stat-cache.js";

/** Reads `.bale/stat-cache`; absent or damaged is an empty cache. @throws BaleError `PERMISSION`, `IO` */
export function loadStatCache(root: string, expect: CacheExpectation): StatCache {
  const { statCache: file } = controlPaths(root);
  try {
    return createStatCache(decodeCachedRows(readFileSync(file), expect));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "EISDIR") return createStatCache();
    throw localError(error, file, "reading");
  }
}

/**
 * Now, on the clock that stamps the files: the disk may belong to another machine, and this one's clock may have been set.
 * Nanoseconds since 1970. Read-only disks have nothing to race with, and give 0: nothing counts as settled.
 */
export function fileSystemNow(root: string): bigint {
  return folderNow(controlPaths(root).folder);
}

/** The same for any folder that files can be made in. */
export function folderNow(folder: string): bigint {
  const probe = join(folder, temporaryName("clock"));
  try {
    const fd = openSync(probe, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      return fstatSync(fd, { bigint: true }).mtimeNs;
    } finally {
      closeSync(fd);
      rmSync(probe, { force: true });
    }
  } catch {
    return 0n;
  }
}

/** Replaces `.bale/stat-cache` whole, if there is anything new. @throws BaleError `NO_SPACE`, `PERMISSION`, `IO` */
export function storeStatCache(
  root: string,
  cache: StatCache,
  header: { readonly bootId: string | undefined; readonly layersKey: string },
  options: { readonly sync: boolean },
): void {
  if (!cache.hasChanged()) return;
  const bytes = encodeCache(cache.entries(), { ...header, savedAtNs: fileSystemNow(root) });
  writeFileAtomic(controlPaths(root).statCache, bytes, options);
  cache.markSaved();
}
