import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { BaleError, type ErrorCode } from "@bale/spec";
import { localFailure, systemCode } from "./local-failure.js";

// Not on Windows, where the flags do not exist and links need a privilege.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface OpenedFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * Opens a regular file, following no link in its last part and never blocking on a pipe. Absence is `undefined`.
 * @throws BaleError `NOT_REGULAR`, `PERMISSION`, `IO`
 */
export async function openRegularFile(path: string): Promise<OpenedFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, FLAGS);
    const found = await handle.stat();
    if (found.isFile()) return { handle, size: found.size };
    throw new BaleError({
      code: "NOT_REGULAR",
      message: `not a regular file: ${path}`,
      context: { path },
    });
  } catch (error) {
    await handle?.close();
    if (systemCode(error) === "ENOENT") return undefined;
    throw localFailure(error, "opening a file", path);
  }
}

/** All bytes of a file, at most `maxBytes`; `undefined` when it is absent. @throws BaleError `LIMIT` */
export async function readSmallFile(
  path: string,
  maxBytes: number,
  tooLong: ErrorCode = "LIMIT",
): Promise<Uint8Array | undefined> {
  const opened = await openRegularFile(path);
  if (!opened) return undefined;
  try {
    if (opened.size > maxBytes)
      throw new BaleError({
        code: tooLong,
        message: `file too long: ${path}`,
        why: `${opened.size} bytes; the limit is ${maxBytes}`,
        context: { path, size: opened.size, limit: maxBytes },
      });
    return await opened.handle.readFile();
  } catch (error) {
    throw localFailure(error, "reading a file", path);
  } finally {
    await opened.handle.close();
  }
}
