import { chmod, chown, lstat, mkdir, open, readlink, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type CallOptions, LIMITS } from "@bale/spec";
import { configError } from "./config-error.js";
import type { DockerOptions } from "./docker-options.js";
import { withFileLock } from "./file-lock.js";
import { errnoOf, localError } from "./local-error.js";
import { type DockerConfig, parseConfig, readConfig } from "./read-config.js";
import { stopIfAborted } from "./stop-if-aborted.js";

const LINKS = 40;
const LOCK_TIMEOUT_MS = 10_000;

/** The file that a chain of symbolic links ends at, whether it is there or not. */
async function followLinks(path: string): Promise<string> {
  let at = path;
  for (let count = 0; count < LINKS; count++) {
    try {
      at = resolve(dirname(at), await readlink(at));
    } catch (error) {
      const code = errnoOf(error);
      if (code === "EINVAL" || code === "ENOENT" || code === "UNKNOWN") return at;
      throw localError(error, path, "reading");
    }
  }
  throw configError(path, `${path} cannot be read`, "it is a link that leads back to itself");
}

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Some systems open or sync no folders; the rename itself has happened by now.
  }
}

/**
 * Replacing /dev/null, which stands for "no credentials" where it is read, would take it away from the whole machine.
 * @throws BaleError `CONFIG_INVALID`
 */
async function refuseOtherThanFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found || found.isFile()) return;
  throw configError(path, `${path} is no file, and is not replaced by one`);
}

/** A file of root that replaces a user's, after `sudo`, would lock the user out. */
async function keepOwner(path: string, temporary: string): Promise<void> {
  try {
    const { uid, gid } = await stat(path);
    await chown(temporary, uid, gid);
  } catch {
    // There was no file, or only root may give files away.
  }
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  // One name for all: whoever holds the lock clears away what a killed writer left, which has secrets in it.
  const temporary = `${path}.bale.tmp`;
  try {
    await rm(temporary, { force: true });
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await keepOwner(path, temporary);
    await chmod(temporary, 0o600);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw localError(error, path, "writing");
  }
}

/**
 * Rewrites a file of credentials: old content or new content, never a part; mode 0600; through a symbolic link to its target; one writer at a
 * time. `edit` gets what is there, or an empty file, and gives the new text, or `undefined` to leave it.
 * @throws BaleError `CONFIG_INVALID` for a file that cannot be understood, which is then left as it is; `LOCKED`, `PERMISSION`, `NO_SPACE`,
 *   `IO`, `INTERRUPTED`
 */
export async function writeConfig(
  path: string,
  edit: (config: DockerConfig) => string | undefined,
  options: DockerOptions,
  { signal }: CallOptions = {},
): Promise<void> {
  const target = await followLinks(path);
  await refuseOtherThanFile(target);
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw localError(error, dirname(target), "creating");
  }
  const timeoutMs = options.lockTimeoutMs ?? LOCK_TIMEOUT_MS;
  await withFileLock(target, { timeoutMs, signal }, async () => {
    const old = (await readConfig(target)) ?? parseConfig(target, new Uint8Array());
    const text = edit(old);
    stopIfAborted(signal);
    if (text === undefined) return;
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > LIMITS.configBytes)
      throw configError(path, `${path} would be larger than ${LIMITS.configBytes} bytes`);
    parseConfig(target, bytes);
    await replaceFile(target, bytes);
  });
}
