import type { FileRow } from "@bale/spec";

/** Whether a row's bytes are one whole blob. A pack never is: its tar is longer than any of its files. */
export function isWholeBlob(row: FileRow): boolean {
  const [extent, ...others] = row.extents;
  return (
    extent !== undefined &&
    others.length === 0 &&
    extent.member === undefined &&
    extent.offset === 0 &&
    extent.length === extent.blob.size
  );
}
