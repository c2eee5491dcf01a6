import {
  type BundlePath,
  comparePaths,
  type Deflater,
  type FileRow,
  type Hasher,
  type TableRef,
} from "@bale/spec";
import { checkRow } from "./check-row.js";
import { createIndexErrors, type IndexErrors } from "./index-error.js";
import { createTableBuilder, type TableBuilder } from "./table-builder.js";
import { gzipTable } from "./table-gzip.js";

/** The bytes of one table, and what the root says of it. */
export interface EncodedTable {
  readonly bytes: Uint8Array;
  readonly ref: TableRef;
}
export interface TablePorts {
  readonly hasher: Hasher;
  readonly deflater: Deflater;
}

function encodeTable(table: TableBuilder, ports: TablePorts): EncodedTable {
  const bytes = gzipTable(table.finish(), ports.deflater);
  return {
    bytes,
    ref: { digest: ports.hasher.digest(bytes), size: bytes.length, files: table.files, first: table.first },
  };
}

function refuseUnwritable(row: FileRow, previous: BundlePath | undefined, errors: IndexErrors): void {
  if (row.unknownExtents)
    throw errors.unsupported(
      `the row of ${JSON.stringify(row.path)} has extents of a form that is not known`,
    );
  if (previous !== undefined && comparePaths(previous, row.path) >= 0)
    throw errors.invalid(`its paths are not sorted: ${JSON.stringify(row.path)}`);
  checkRow(row, errors);
}

/**
 * The tables of one layer, from its rows in ascending order of their paths. The same rows give the same bytes. No rows, no tables.
 * Holds one decoded table at a time beside the compressed ones.
 * @throws BaleError `UNSUPPORTED` for a row whose extents this version cannot write again, `INDEX_INVALID`, `LIMIT`, `LINK_UNSAFE`
 */
export function encodeTables(rows: Iterable<FileRow>, ports: TablePorts): readonly EncodedTable[] {
  const errors = createIndexErrors("a table of the index");
  const tables: EncodedTable[] = [];
  let table: TableBuilder | undefined;
  let previous: BundlePath | undefined;
  for (const row of rows) {
    refuseUnwritable(row, previous, errors);
    previous = row.path;
    if (table?.add(row)) continue;
    if (table) tables.push(encodeTable(table, ports));
    table = createTableBuilder(row.path, errors);
    table.add(row);
  }
  if (table) tables.push(encodeTable(table, ports));
  return tables;
}
