import { type BlobRef, type BundlePath, type FileRow, LIMITS } from "@bale/spec";
import type { IndexErrors } from "./index-error.js";
import { blobText, rowText } from "./row-text.js";

/** Rows of one table before compression. */
export interface TableBuilder {
  readonly first: BundlePath;
  readonly files: number;
  /** False, and nothing changed, when this row belongs to the next table. The row has been checked before. */
  readonly add: (row: FileRow) => boolean;
  /** The decoded table. */
  readonly finish: () => Uint8Array;
}

const encoder = new TextEncoder();
const LIST_BEGIN = '{"blobs":[';
const LIST_END = "]}\n";
const LINE_END = 0x0a;
const FIRST_CAPACITY = 64 * 1024;

/** A table that begins at the given path and fills up to the limits of rows, blobs and decoded bytes. */
export function createTableBuilder(first: BundlePath, errors: IndexErrors): TableBuilder {
  const numbers = new Map<string, { readonly number: number; readonly size: number }>();
  const blobTexts: string[] = [];
  // Blob texts are ASCII, so their lengths are their bytes; each is counted with its comma.
  let listBytes = LIST_BEGIN.length + LIST_END.length;
  let rows = new Uint8Array(FIRST_CAPACITY);
  let rowBytes = 0;
  let files = 0;

  function blobNumber(blob: BlobRef): number {
    const key = blob.store === undefined ? blob.digest : `${blob.digest} ${blob.store}`;
    const known = numbers.get(key);
    if (known) {
      if (known.size !== blob.size) throw errors.invalid(`the blob ${blob.digest} is given two sizes`);
      return known.number;
    }
    const number = blobTexts.length;
    const text = blobText(blob);
    numbers.set(key, { number, size: blob.size });
    blobTexts.push(text);
    listBytes += text.length + 1;
    return number;
  }

  function forgetBlobsFrom(count: number): void {
    for (const [key, { number }] of numbers) if (number >= count) numbers.delete(key);
    for (const text of blobTexts.splice(count)) listBytes -= text.length + 1;
  }

  function makeRoom(bytes: number): void {
    if (rowBytes + bytes <= rows.length) return;
    const larger = new Uint8Array(Math.max(rows.length * 2, rowBytes + bytes));
    larger.set(rows.subarray(0, rowBytes));
    rows = larger;
  }

  return {
    first,
    get files() {
      return files;
    },
    add: (row) => {
      if (files >= LIMITS.tableRows) return false;
      const blobsBefore = blobTexts.length;
      const text = rowText(row, blobNumber);
      if (text.length > LIMITS.rowBytes) throw errors.limit(`a row has more than ${LIMITS.rowBytes} bytes`);
      // UTF-8 needs at most three bytes for a UTF-16 unit.
      makeRoom(text.length * 3 + 1);
      const { written } = encoder.encodeInto(text, rows.subarray(rowBytes));
      if (written > LIMITS.rowBytes) throw errors.limit(`a row has more than ${LIMITS.rowBytes} bytes`);
      const decoded = listBytes + rowBytes + written + 1;
      if (files > 0 && (decoded > LIMITS.tableDecodedBytes || blobTexts.length > LIMITS.tableBlobs)) {
        forgetBlobsFrom(blobsBefore);
        return false;
      }
      rowBytes += written;
      rows[rowBytes++] = LINE_END;
      files++;
      return true;
    },
    finish: () => {
      const list = encoder.encode(`${LIST_BEGIN}${blobTexts.join(",")}${LIST_END}`);
      const table = new Uint8Array(list.length + rowBytes);
      table.set(list);
      table.set(rows.subarray(0, rowBytes), list.length);
      return table;
    },
  };
}
