import { constants, type FileHandle, open, readlink } from "node:fs/promises";
import { fileChanged, type TreeSource } from "@bale/engine";
import type { BundlePath } from "@bale/spec";
import {
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

/** Tracked files as the scan saw them: before and after each read the open file must still be that one. */
export function treeSource(workspace: Workspace, tree: WorkingTree): TreeSource {
  const follows = (path: BundlePath) => workspace.state.entries.get(path)?.follow === true;

  async function check(handle: FileHandle, path: BundlePath, seen: FileStat): Promise<void> {
    const now = fileStatOf(await handle.stat({ bigint: true }));
    if (!now || !(follows(path) ? now.size === seen.size : sameFileStat(now, seen))) throw fileChanged(path);
  }

  async function opened<Value>(
    path: BundlePath,
    use: (handle: FileHandle, seen: FileStat) => Promise<Value>,
  ): Promise<Value> {
    const seen = tree.stat(path);
    if (!seen) throw fileChanged(path);
    const file = workspace.resolve(path);
    let handle: FileHandle;
    try {
      handle = await open(file, follows(path) ? OPEN_FOLLOWING : OPEN);
    } catch (error) {
      throw localError(error, path, "opening");
    }
    try {
      await check(handle, path, seen);
      const value = await use(handle, seen);
      await check(handle, path, seen);
      return value;
    } finally {
      await handle.close();
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
      throw localError(error, path, "opening");
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
    } finally {
      await handle.close();
    }
  }

  return {
    open: stream,
    read: (path, state) =>
      opened(path, async (handle) => {
        const buffer = Buffer.allocUnsafe(state.size);
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
          if (bytesRead === 0) throw fileChanged(path);
          filled += bytesRead;
        }
        return buffer;
      }),
    linkTarget: async (path) => {
      const seen = tree.stat(path);
      if (!seen) throw fileChanged(path);
      // Where the file system has no links, a tracked link is a file that holds its target.
      if (seen.kind !== "link")
        return opened(path, async (handle) => (await handle.readFile()).toString("utf8"));
      const target = await readlink(workspace.resolve(path));
      return process.platform === "win32" ? target.replaceAll("\\", "/") : target;
    },
  };
}
