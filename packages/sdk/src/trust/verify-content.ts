import { createTaskLog, type FetchPorts, type FileSink, fetchFiles } from "@bale/engine";
import { BaleError, type BundlePath, type FileRow } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { VerifyOptions, VerifyProblem } from "./trust-types.js";
import { problemOf } from "./verify-index.js";

/** How reading a file ended: `undefined` for the right bytes. */
type Verdicts = Map<BundlePath, VerifyProblem | undefined>;

/** Compares and remembers; it throws nothing, so that one bad file does not hide the next. */
function collectingSink(verdicts: Verdicts, count: (bytes: number) => void): FileSink {
  return {
    write: async (row, content) => {
      const hash = nodeHasher.begin();
      let size = 0;
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        hash.update(chunk);
        size += chunk.length;
      }
      count(size);
      const digest = hash.finish();
      const right = size === row.size && digest === row.digest;
      verdicts.set(
        row.path,
        right ? undefined : { path: row.path, code: "DIGEST_MISMATCH", message: mismatch(row, digest, size) },
      );
    },
  };
}

function mismatch(row: FileRow, digest: string, size: number): string {
  return `${JSON.stringify(row.path)} does not have the content that the bundle promises: ${digest} (${size} bytes) instead of ${row.digest} (${row.size} bytes)`;
}

/** Damage and absence are findings; a registry that cannot be reached, and a stop on request, are not. */
function isFinding(error: unknown): error is BaleError {
  return (
    BaleError.is(error) &&
    (error.kind === "integrity" ||
      error.kind === "not-found" ||
      error.kind === "unsafe" ||
      error.kind === "unsupported")
  );
}

function blobOf(row: FileRow): string {
  return row.extents.length === 1 ? `${row.extents[0]?.blob.store ?? ""}:${row.extents[0]?.blob.digest}` : "";
}

/** By blob where there are several, else in two halves: so that a damaged place is found without reading each file alone. */
function divide(rows: readonly FileRow[]): readonly (readonly FileRow[])[] {
  const byBlob = new Map<string, FileRow[]>();
  for (const row of rows) byBlob.set(blobOf(row), [...(byBlob.get(blobOf(row)) ?? []), row]);
  if (byBlob.size > 1) return [...byBlob.values()];
  const middle = Math.ceil(rows.length / 2);
  return [rows.slice(0, middle), rows.slice(middle)];
}

/**
 * Reads every byte of the rows from their stores and compares it: one problem a file, and none hides another.
 * Where all files of a blob are right and the blob as a whole is not, that is a problem of the blob.
 * @throws BaleError what keeps a store from being reached
 */
export async function checkContent(
  rows: readonly FileRow[],
  storeOf: FetchPorts["storeOf"],
  options: VerifyOptions,
): Promise<{ readonly bytes: number; readonly problems: readonly VerifyProblem[] }> {
  const verdicts: Verdicts = new Map();
  const blobProblems: VerifyProblem[] = [];
  let bytes = 0;
  const total = rows.reduce((sum, row) => sum + row.size, 0);
  const task = createTaskLog(options.onProgress).start("verify", undefined, total, "bytes");
  const sink = collectingSink(verdicts, (size) => {
    bytes += size;
    task.advance(Math.min(bytes, total));
  });

  const read = async (part: readonly FileRow[]): Promise<void> => {
    try {
      await fetchFiles(part, { storeOf, sink }, { signal: options.signal, concurrency: options.concurrency });
    } catch (error) {
      if (!isFinding(error)) throw error;
      const open = part.filter((row) => !verdicts.has(row.path));
      const [only] = open;
      if (only && part.length === 1) verdicts.set(only.path, problemOf(error, only.path));
      else if (open.length > 0) for (const each of divide(open)) await read(each);
      else if (part.every((row) => verdicts.get(row.path) === undefined)) blobProblems.push(problemOf(error));
    }
  };

  try {
    await read(rows);
    task.end("completed");
  } catch (error) {
    task.end(options.signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
  const problems = rows.flatMap((row) => verdicts.get(row.path) ?? []);
  return { bytes, problems: [...problems, ...blobProblems] };
}
