import { comparePaths, type FileRow, type Hasher, type Inflater, LIMITS, type TableRef } from "@bale/spec";
import { checkRow } from "./check-row.js";
import { createIndexErrors, type IndexErrors } from "./index-error.js";
import { parseBlobList } from "./parse-blob-list.js";
import { parseRow } from "./parse-row.js";
import { gunzipTable } from "./table-gzip.js";
import { firstLine, rowLines } from "./table-lines.js";

export interface TableReadPorts {
  readonly inflater: Inflater;
  /** With it, the digest of each link is checked against its target. */
  readonly hasher?: Hasher | undefined;
}

const encoder = new TextEncoder();

function checkRef(bytes: Uint8Array, ref: TableRef, errors: IndexErrors): void {
  if (ref.files > LIMITS.tableRows) throw errors.limit(`it announces more than ${LIMITS.tableRows} rows`);
  if (bytes.length !== ref.size)
    throw errors.invalid(`it has ${bytes.length} bytes; the root says ${ref.size}`);
}

function checkLinkDigest(row: FileRow, hasher: Hasher, errors: IndexErrors): void {
  if (row.target !== undefined && hasher.digest(encoder.encode(row.target)) !== row.digest)
    throw errors.invalid(`the digest of the link ${JSON.stringify(row.path)} is not that of its target`);
}

/**
 * The rows of one table, read lazily and each checked before it is given out: form, order, blobs, extents, sums, link targets, expansion.
 * The caller has checked the bytes against `ref.digest`. That the table is whole is known only when the loop ends.
 * @throws BaleError (from the loop) `INDEX_INVALID`, `LIMIT`, `LINK_UNSAFE`, and those of `parseBundlePath`
 */
export function* decodeTable(
  bytes: Uint8Array,
  ref: TableRef,
  ports: TableReadPorts,
): Generator<FileRow, void, undefined> {
  const errors = createIndexErrors("a table of the index");
  checkRef(bytes, ref, errors);
  const table = gunzipTable(bytes, ref.files, ports.inflater);
  const { line, next } = firstLine(table, errors);
  const blobs = parseBlobList(line, errors);
  let previous: FileRow | undefined;
  let files = 0;
  for (const text of rowLines(table, next, errors)) {
    if (++files > ref.files)
      throw errors.invalid(`it has more than the ${ref.files} rows that the root names`);
    const row = parseRow(text, blobs, errors);
    if (previous === undefined ? row.path !== ref.first : comparePaths(previous.path, row.path) >= 0)
      throw errors.invalid(
        previous === undefined
          ? `it begins with ${JSON.stringify(row.path)}; the root says ${JSON.stringify(ref.first)}`
          : `its paths are not sorted: ${JSON.stringify(row.path)} after ${JSON.stringify(previous.path)}`,
      );
    checkRow(row, errors);
    if (ports.hasher) checkLinkDigest(row, ports.hasher, errors);
    previous = row;
    yield row;
  }
  if (files !== ref.files) throw errors.invalid(`it has ${files} rows; the root names ${ref.files}`);
}
