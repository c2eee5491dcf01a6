import { type FileHandle, open, stat } from "node:fs/promises";
import { BaleError, type ByteStream } from "@bale/spec";
import { errnoOf, localError } from "@bale/workspace";

/** Where the bytes of an archive come from. */
export interface ArchiveSource {
  /** The file, as people see it. */
  readonly name: string;
  /** Bytes, where they are known. */
  readonly size?: number | undefined;
  readonly open: () => ByteStream;
}

const CHUNK = 1024 * 1024;

function notThere(file: string, cause: unknown): BaleError {
  if (errnoOf(cause) !== "ENOENT") return localError(cause, file, "reading");
  return new BaleError({
    code: "NOT_FOUND",
    message: `there is no archive ${file}`,
    context: { path: file },
    cause,
  });
}

async function* readFile(file: string): ByteStream {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    throw notThere(file, error);
  }
  try {
    while (true) {
      const buffer = Buffer.allocUnsafe(CHUNK);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw localError(error, file, "reading");
  } finally {
    await handle.close();
  }
}

/** A file that a user names: it may be reached through a link, and it may be a pipe. @throws BaleError `NOT_FOUND`, `PERMISSION`, `IO` */
export async function archiveFile(file: string): Promise<ArchiveSource & { readonly state: string }> {
  try {
    const { size, mtimeNs, ino, dev } = await stat(file, { bigint: true });
    return {
      name: file,
      size: Number(size),
      open: () => readFile(file),
      state: [dev, ino, size, mtimeNs].join(" "),
    };
  } catch (error) {
    throw notThere(file, error);
  }
}
