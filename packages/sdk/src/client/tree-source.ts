import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { constants, type FileHandle, lstat, open, readlink } from "node:fs/promises";
import { fileChanged, type TreeSource } from "@bale/engine";
import { BaleError, type BundlePath } from "@bale/spec";
import {
  errnoOf,
  type FileStat,
  fileStatOf,
  localError,
  sameFileStat,
  type WorkingTree,
  type Workspace,
} from "@bale/workspace";

// A file that became a link or a pipe since the scan is neither followed nor waited for.
const OPEN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const OPEN_FOLLOWING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const CHUNK = 1024 * 1024;

// What opening says of a file that is gone, or is something else by now: a link (ELOOP, on FreeBSD EMLINK), a folder, a pipe.
const CHANGED: ReadonlySet<string | undefined> = new Set([
  "ENOENT",
  "ENOTDIR",
  "ELOOP",
  "EMLINK",
  "EISDIR",
  "ENXIO",
  "EINVAL",
]);

function readingFailed(error: unknown, path: BundlePath): BaleError {
  if (BaleError.is(error)) return error;
  return CHANGED.has(errnoOf(error)) ? fileChanged(path) : localError(error, path, "reading");
}

/** Tracked files as the scan saw them: before and after each read the open file must still be that one. */
export function treeSource(workspace: Workspace, tree: WorkingTree): TreeSource {
  const follows = (path: BundlePath) => workspace.state.entries.get(path)?.follow === true;

  function isSeen(stats: BigIntStats, path: BundlePath, seen: FileStat): boolean {
    const now = fileStatOf(stats);
    return now !== undefined && (follows(path) ? now.size === seen.size : sameFileStat(now, seen));
  }
  async function check(handle: FileHandle, path: BundlePath, seen: FileStat): Promise<void> {
    if (!isSeen(await handle.stat({ bigint: true }), path, seen)) throw fileChanged(path);
  }

  // Synchronous on purpose: for thousands of small files, a promise for each call costs ten times the reading.
  function readWhole(path: BundlePath, size: number): Uint8Array {
    const seen = tree.stat(path);
    if (!seen) throw fileChanged(path);
    const unchanged = (fd: number): boolean => isSeen(fstatSync(fd, { bigint: true }), path, seen);
    let fd: number | undefined;
    try {
      fd = openSync(workspace.resolve(path), follows(path) ? OPEN_FOLLOWING : OPEN);
      const buffer = Buffer.allocUnsafe(size);
      let filled = 0;
      if (!unchanged(fd)) throw fileChanged(path);
      while (filled < size) {
        const read = readSync(fd, buffer, filled, size - filled, filled);
        if (read === 0) throw fileChanged(path);
        filled += read;
      }
      if (!unchanged(fd)) throw fileChanged(path);
      return buffer;
    } catch (error) {
      throw readingFailed(error, path);
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  async function* stream(
    path: BundlePath,
    range?: { readonly offset: number; readonly length: number },
  ): AsyncGenerator<Uint8Array> {
    const seen = tree.stat(path);
    if (!seen) throw fileChanged(path);
    let handle: FileHandle;
    try {
      handle = await open(workspace.resolve(path), follows(path) ? OPEN_FOLLOWING : OPEN);
    } catch (error) {
      throw readingFailed(error, path);
    }
    try {
      await check(handle, path, seen);
      let at = range?.offset ?? 0;
      const end = range ? range.offset + range.length : seen.size;
      while (at < end) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw fileChanged(path);
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      await check(handle, path, seen);
    } catch (error) {
      throw readingFailed(error, path);
    } finally {
      await handle.close();
    }
  }

  /** A link has no handle: it is looked at before and after its target is read. */
  async function readTarget(path: BundlePath, seen: FileStat): Promise<string> {
    const file = workspace.resolve(path);
    const unchanged = async (): Promise<boolean> => isSeen(await lstat(file, { bigint: true }), path, seen);
    try {
      if (!(await unchanged())) throw fileChanged(path);
      const target = await readlink(file);
      if (!(await unchanged())) throw fileChanged(path);
      return process.platform === "win32" ? target.replaceAll("\\", "/") : target;
    } catch (error) {
      throw readingFailed(error, path);
    }
  }

  return {
    open: stream,
    read: async (path, state) => readWhole(path, state.size),
    linkTarget: async (path) => {
      const seen = tree.stat(path);
      if (!seen) throw fileChanged(path);
      // Where the file system has no links, a tracked link is a file that holds its target.
      if (seen.kind !== "link") return Buffer.from(readWhole(path, seen.size)).toString("utf8");
      return readTarget(path, seen);
    },
  };
}
