import { comparePaths } from "@bale/spec";
import type { IncomingFile } from "./pack-plan.js";
import { newParentFolders } from "./parent-folders.js";
import { TAR_END, tarHeaderLength, tarPadding } from "./tar-header.js";

/** Tar bytes of one entry after another: header, new folders, data and padding. */
export function entryBytes(file: IncomingFile, previous: string | undefined): number {
  const size = file.kind === "link" ? 0 : file.size;
  let bytes = tarHeaderLength({ path: file.path, type: file.kind, size, target: file.target });
  for (const path of newParentFolders(file.path, previous))
    bytes += tarHeaderLength({ path, type: "folder", size: 0 });
  return bytes + size + tarPadding(size);
}

/** Whether a tar that holds this file alone stays within the limit. */
export function fitsPack(file: IncomingFile, limit: number): boolean {
  return entryBytes(file, undefined) + TAR_END.length <= limit;
}

/**
 * Cuts files into packs by path, so that neighbours lie together: even packs of about `target` bytes, none over `limit`
 * unless one file alone is. A file as large as the target stands alone, for it would only make its neighbours' pack larger.
 */
export function splitPacks(
  files: readonly IncomingFile[],
  target: number,
  limit: number,
): readonly (readonly IncomingFile[])[] {
  const sorted = [...files].sort((a, b) => comparePaths(a.path, b.path));
  const packs: IncomingFile[][] = [];
  const small: IncomingFile[] = [];
  let smallBytes = 0;
  for (const file of sorted) {
    if (file.kind !== "link" && file.size >= target) packs.push([file]);
    else {
      smallBytes += entryBytes(file, small.at(-1)?.path);
      small.push(file);
    }
  }
  const aim = smallBytes / Math.max(1, Math.ceil(smallBytes / target));
  let current: IncomingFile[] = [];
  let bytes = TAR_END.length;
  const close = (): void => {
    if (current.length > 0) packs.push(current);
    current = [];
    bytes = TAR_END.length;
  };
  for (const file of small) {
    let next = entryBytes(file, current.at(-1)?.path);
    if (bytes + next > limit) {
      close();
      next = entryBytes(file, undefined);
    }
    current.push(file);
    bytes += next;
    if (bytes - TAR_END.length >= aim) close();
  }
  close();
  return packs;
}
