import { type BlobRef, digestHex, type EntryKind, type FileRow } from "@bale/spec";
import { canonicalJsonText } from "../json/canonical-json.js";

/** A row's kind is its place in this list. */
export const ROW_KINDS: readonly EntryKind[] = ["file", "exec", "link"];

/** One member of the blob list. */
export function blobText(blob: BlobRef): string {
  const end = blob.store === undefined ? "]" : `,"${blob.store}"]`;
  return `["${digestHex(blob.digest)}",${blob.size}${end}`;
}

/** One row without its line end. `blobNumber` gives the place of a blob in the table's list. */
export function rowText(row: FileRow, blobNumber: (blob: BlobRef) => number): string {
  let where: string;
  if (row.target !== undefined) where = JSON.stringify(row.target);
  else {
    let list = "";
    for (const { blob, offset, length, member } of row.extents) {
      const pieces = member ? `,${member.skip},${member.take}]` : "]";
      list += `${list === "" ? "" : ","}[${blobNumber(blob)},${offset},${length}${pieces}`;
    }
    where = `[${list}]`;
  }
  let trailing = "";
  for (const value of row.trailing ?? []) trailing += `,${canonicalJsonText(value)}`;
  return `[${JSON.stringify(row.path)},${ROW_KINDS.indexOf(row.kind)},"${digestHex(row.digest)}",${row.size},${where}${trailing}]`;
}
