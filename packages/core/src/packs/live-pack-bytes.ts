import type { BlobRef, FileRow } from "@bale/spec";
import { sameBlob } from "./blob-key.js";
import { newParentFolders } from "./parent-folders.js";
import { tarHeaderLength, tarPadding } from "./tar-header.js";

interface MemberUse {
  readonly length: number;
  live: number;
  end: number;
  readonly skips: Set<number>;
}

/** Tar bytes that a row's entry needs before its data, new folders included. */
function headerBytes(row: FileRow, previous: string | undefined): number {
  let bytes = tarHeaderLength({ path: row.path, type: row.kind, size: row.size });
  for (const path of newParentFolders(row.path, previous))
    bytes += tarHeaderLength({ path, type: "folder", size: 0 });
  return bytes;
}

/**
 * Stored bytes of a pack that `rows` (sorted by path) still need. The index does not say how long a member is decoded, so a shared member
 * counts by the share of it that is known to be live: right for a fresh pack, where that is all of it.
 */
export function livePackBytes(rows: readonly FileRow[], pack: BlobRef): number {
  const members = new Map<number, MemberUse>();
  const plain = new Set<number>();
  let bytes = 0;
  let previous: string | undefined;
  for (const row of rows) {
    let header = headerBytes(row, previous);
    previous = row.path;
    for (const { blob, offset, length, member } of row.extents) {
      if (!sameBlob(blob, pack)) continue;
      const take = member?.take ?? length;
      const live = header + take + tarPadding(take);
      // Content that several paths share lies there once.
      if (!member) {
        if (!plain.has(offset)) bytes += live;
        plain.add(offset);
      } else {
        const use = members.get(offset) ?? { length, live: 0, end: 0, skips: new Set() };
        if (!use.skips.has(member.skip)) use.live += live;
        use.skips.add(member.skip);
        use.end = Math.max(use.end, member.skip + take);
        members.set(offset, use);
      }
      header = 0;
    }
  }
  for (const { length, live, end } of members.values()) {
    // Stored data is no shorter than deflated data, so a member decodes to about its length at least.
    bytes += length * Math.min(1, live / Math.max(end, length));
  }
  return bytes;
}
