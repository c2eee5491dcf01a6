import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { BaleError, type ByteRange, type ByteSource, type ByteStream } from "@bale/spec";
import { throwIfInterrupted } from "./interrupted.js";
import { errnoOf, localErrorCode } from "./local-error.js";

const CHUNK_BYTES = 1024 * 1024;
// A link in place of the file is refused, and a pipe in its place does not block (reliability row "replaced between scan and open").
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface FileSourceOptions {
  /** First byte; with it the source is a section, and the file may be longer. */
  readonly offset?: number | undefined;
  /** Bytes from there. */
  readonly size: number;
}

function changed(path: string, why: string, cause?: unknown): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: `${JSON.stringify(path)} changed while it was read`,
    why,
    context: { path },
    cause,
  });
}

function openFailure(path: string, cause: unknown): BaleError {
  const errno = errnoOf(cause);
  if (errno === "ENOENT" || errno === "ENOTDIR") return changed(path, "it is gone", cause);
  if (errno === "ELOOP" || errno === "EMLINK" || errno === "ENXIO")
    return new BaleError({
      code: "NOT_REGULAR",
      message: `${JSON.stringify(path)} is no regular file`,
      context: { path },
      cause,
    });
  return new BaleError({
    code: localErrorCode(cause) ?? "IO",
    message: `could not read ${JSON.stringify(path)}`,
    why: errno,
    context: { path },
    cause,
  });
}

function sameStat(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs;
}

async function checkedStat(path: string, file: FileHandle, options: FileSourceOptions): Promise<BigIntStats> {
  const stat = await file.stat({ bigint: true });
  if (!stat.isFile())
    throw new BaleError({
      code: "NOT_REGULAR",
      message: `${JSON.stringify(path)} is no regular file`,
      context: { path },
    });
  const size = Number(stat.size);
  const right = options.offset === undefined ? size === options.size : size >= options.offset + options.size;
  if (!right) throw changed(path, `it has ${size} bytes now`);
  return stat;
}

async function readChunk(path: string, file: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) throw changed(path, "it became shorter");
    filled += bytesRead;
  }
  return buffer;
}

async function* readFile(
  path: string,
  options: FileSourceOptions,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): ByteStream {
  throwIfInterrupted(signal);
  let file: FileHandle;
  try {
    file = await open(path, FLAGS);
  } catch (cause) {
    throw openFailure(path, cause);
  }
  try {
    const before = await checkedStat(path, file, options);
    const base = options.offset ?? 0;
    let at = base + (range?.start ?? 0);
    const end = base + Math.min(range?.endExclusive ?? options.size, options.size);
    while (at < end) {
      throwIfInterrupted(signal);
      const chunk = await readChunk(path, file, at, Math.min(CHUNK_BYTES, end - at));
      at += chunk.length;
      // Before the last bytes leave: a receiver that got them all might publish them.
      if (at >= end && !sameStat(before, await file.stat({ bigint: true })))
        throw changed(path, "its size or time differs from when it was opened");
      yield chunk;
    }
  } catch (cause) {
    if (BaleError.is(cause)) throw cause;
    throw openFailure(path, cause);
  } finally {
    await file.close();
  }
}

/**
 * A file on disk as a source, opened anew for each read, never through a symbolic link.
 * Streams throw BaleError `FILE_CHANGED`, `NOT_REGULAR`, `PERMISSION`, `OPEN_FILES`, `IO`, `INTERRUPTED`.
 */
export function fileSource(path: string, options: FileSourceOptions): ByteSource {
  return { size: options.size, open: ({ range, signal } = {}) => readFile(path, options, range, signal) };
}
