import {
  createTaskLog,
  type FetchPorts,
  type FileSink,
  fetchFiles,
  planRanges,
  STAGED_STORE,
} from "@bale/engine";
import { BaleError, type BlobRef, type BundlePath, type FileRow } from "@bale/spec";
import { createLimiter, nodeHasher } from "@bale/storage";
import type { VerifyOptions, VerifyProblem } from "./trust-types.js";
import { problemOf } from "./verify-index.js";

// As many as files are fetched at once.
const AT_ONCE = 6;

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

const keyOf = (blob: BlobRef): string => `${blob.store ?? ""}:${blob.digest}`;

function blobOf({ extents: [first, second] }: FileRow): string {
  return first && !second ? keyOf(first.blob) : "";
}

/** By blob where there are several, else in two halves: so that a damaged place is found without reading each file alone. */
function divide(rows: readonly FileRow[]): readonly (readonly FileRow[])[] {
  const byBlob = new Map<string, FileRow[]>();
  for (const row of rows) {
    const group = byBlob.get(blobOf(row));
    if (group) group.push(row);
    else byBlob.set(blobOf(row), [row]);
  }
  if (byBlob.size > 1) return [...byBlob.values()];
  const middle = Math.ceil(rows.length / 2);
  return [rows.slice(0, middle), rows.slice(middle)];
}

/** Reads every file and keeps a verdict of each. Returns whether nothing stood in the way of reading them all at once. */
async function readAll(
  rows: readonly FileRow[],
  storeOf: FetchPorts["storeOf"],
  verdicts: Verdicts,
  options: VerifyOptions,
  onBytes: (done: number) => void,
): Promise<boolean> {
  let bytes = 0;
  const sink = collectingSink(verdicts, (size) => {
    bytes += size;
    onBytes(bytes);
  });
  const read = async (part: readonly FileRow[]): Promise<boolean> => {
    try {
      await fetchFiles(part, { storeOf, sink }, { signal: options.signal, concurrency: options.concurrency });
      return true;
    } catch (error) {
      if (!isFinding(error)) throw error;
      const open = part.filter((row) => !verdicts.has(row.path));
      const [only] = open;
      if (only && part.length === 1) verdicts.set(only.path, problemOf(error, only.path));
      else if (open.length > 0) for (const each of divide(open)) await read(each);
      return false;
    }
  };
  return read(rows);
}

/** Blobs that were not read from their first byte to their last, and of which no file is known to be damaged. */
function unprovedBlobs(
  rows: readonly FileRow[],
  verdicts: Verdicts,
  readAtOnce: boolean,
): readonly BlobRef[] {
  const blobs = new Map<string, BlobRef>();
  for (const { extents } of rows) for (const { blob } of extents) blobs.set(keyOf(blob), blob);
  if (readAtOnce) for (const { blob, whole } of planRanges(rows).ranges) if (whole) blobs.delete(keyOf(blob));
  for (const { path, extents } of rows)
    if (verdicts.get(path)) for (const { blob } of extents) blobs.delete(keyOf(blob));
  return [...blobs.values()].filter(({ store }) => store !== STAGED_STORE);
}

async function blobProblem(
  blob: BlobRef,
  storeOf: FetchPorts["storeOf"],
  signal: AbortSignal | undefined,
): Promise<VerifyProblem | undefined> {
  try {
    for await (const chunk of (await storeOf(blob)).get(blob, { signal })) void chunk;
    return undefined;
  } catch (error) {
    if (!isFinding(error)) throw error;
    return { ...problemOf(error), blob: blob.digest };
  }
}

/**
 * Reads every byte of the rows from their stores and compares it: one problem a file, and none hides another. Then the blobs that ranges have
 * read only in part are read whole, since other tools rely on their digests; not so when globs ask for single files.
 * @throws BaleError what keeps a store from being reached
 */
export async function checkContent(
  rows: readonly FileRow[],
  storeOf: FetchPorts["storeOf"],
  options: VerifyOptions,
): Promise<{ readonly bytes: number; readonly problems: readonly VerifyProblem[] }> {
  if (rows.length === 0) return { bytes: 0, problems: [] };
  const verdicts: Verdicts = new Map();
  let bytes = 0;
  const total = rows.reduce((sum, row) => sum + row.size, 0);
  const task = createTaskLog(options.onProgress).start("verify", undefined, total, "bytes");
  try {
    const readAtOnce = await readAll(rows, storeOf, verdicts, options, (done) => {
      bytes = done;
      task.advance(Math.min(done, total));
    });
    const blobs = (options.paths ?? []).length > 0 ? [] : unprovedBlobs(rows, verdicts, readAtOnce);
    const limit = createLimiter(options.concurrency ?? AT_ONCE);
    const found = await Promise.all(
      blobs.map((blob) => limit(() => blobProblem(blob, storeOf, options.signal))),
    );
    task.end("completed");
    const ofFiles = rows.flatMap((row) => verdicts.get(row.path) ?? []);
    return { bytes, problems: [...ofFiles, ...found.filter((problem) => problem !== undefined)] };
  } catch (error) {
    task.end(options.signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
}
