import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { createTaskLog } from "@bale/engine";
import { BaleError, type ByteStream, type Digest, digestFromHex, type ProgressSink } from "@bale/spec";
import { localError } from "@bale/workspace";
import type { ArchiveSink } from "./export-types.js";

export interface OutputOptions {
  /** Whether the file and its folder are synced to disk. */
  readonly sync: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ProgressSink | undefined;
  /** Bytes to come, where they are known. */
  readonly size: number | undefined;
}
export interface WrittenArchive {
  readonly digest: Digest;
  readonly size: number;
}

/** @throws BaleError `USAGE` when a file would lie in one of the folders that are being exported */
export async function refuseInside(output: string, folders: readonly string[]): Promise<void> {
  const parent = await realpath(dirname(output)).catch(() => resolve(dirname(output)));
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => resolve(folder));
    if (parent !== root && !parent.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) continue;
    throw new BaleError({
      code: "USAGE",
      message: `the archive would lie inside what it is made of: ${output}`,
      why: `${root} is being exported`,
      fix: "write it somewhere else",
      context: { path: output },
    });
  }
}

/** Looked at before anything is fetched. @throws BaleError `USAGE`, `NOT_FOUND`, `WOULD_OVERWRITE` */
export async function checkOutput(output: string, replace: boolean): Promise<void> {
  const folder = await stat(dirname(output)).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new BaleError({
      code: "NOT_FOUND",
      message: `there is no folder ${dirname(output)}`,
      context: { path: dirname(output) },
    });
  const there = await lstat(output).catch(() => undefined);
  if (!there) return;
  if (!replace)
    throw new BaleError({
      code: "WOULD_OVERWRITE",
      message: `${output} is there already`,
      fix: "choose another name, or --force to replace it",
      context: { path: output },
    });
  if (there.isFile()) return;
  throw new BaleError({
    code: "USAGE",
    message: `${output} is no regular file`,
    why: "an archive appears whole under its name, by renaming a finished file",
    fix: "name a file; for a pipe write to standard output with `-o -`",
    context: { path: output },
  });
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  // A disk that is full may take less than it was given without an error.
  for (let done = 0; done < chunk.length; )
    done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten;
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // Some systems sync no folders; the rename itself has happened.
  } finally {
    await handle?.close();
  }
}

function stopped(signal: AbortSignal): BaleError {
  return BaleError.is(signal.reason)
    ? signal.reason
    : new BaleError({ code: "INTERRUPTED", message: "stopped while an archive was written" });
}

async function pour(stream: ByteStream, sink: ArchiveSink, options: OutputOptions): Promise<WrittenArchive> {
  const hash = createHash("sha256");
  let size = 0;
  const task = createTaskLog(options.onProgress).start("pack", "archive", options.size, "bytes");
  try {
    for await (const chunk of stream) {
      if (options.signal?.aborted) throw stopped(options.signal);
      await sink(chunk);
      hash.update(chunk);
      size += chunk.length;
      task.advance(size);
    }
    task.end("completed");
  } catch (error) {
    task.end(options.signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
  return { digest: digestFromHex(hash.digest("hex")), size };
}

async function writeFile(
  stream: ByteStream,
  output: string,
  options: OutputOptions,
): Promise<WrittenArchive> {
  const temporary = join(
    dirname(output),
    `.${basename(output)}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`,
  );
  try {
    const handle = await open(temporary, "wx", 0o666);
    let written: WrittenArchive;
    try {
      written = await pour(stream, (chunk) => writeAll(handle, chunk), options);
      if ((await handle.stat()).size !== written.size)
        throw new BaleError({ code: "IO", message: `${output} was not written completely` });
      if (options.sync) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, output);
    if (options.sync) await syncFolder(dirname(output));
    return written;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw localError(error, output, "writing", { neededBytes: options.size });
  }
}

/**
 * Writes an archive to its place. A file is written beside it, synced and renamed: under the final name there is the whole archive or what
 * was there before.
 * @throws BaleError `NO_SPACE`, `PERMISSION`, `FILE_TOO_BIG`, `IO`, `INTERRUPTED`, and what the stream throws
 */
export function writeArchive(
  stream: ByteStream,
  output: string | ArchiveSink,
  options: OutputOptions,
): Promise<WrittenArchive> {
  return typeof output === "string" ? writeFile(stream, output, options) : pour(stream, output, options);
}
