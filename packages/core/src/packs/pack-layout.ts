import { type BundlePath, comparePaths, type EntryKind } from "@bale/spec";
import { createMemberList, type MemberPlan } from "./member-list.js";
import { MEMBER_CLOSE_BYTES, MEMBER_DATA_BYTES } from "./pack-constants.js";
import { newParentFolders } from "./parent-folders.js";
import { TAR_END, tarPadding } from "./tar-header.js";

export interface PackEntry {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  /** Bytes of the file; a link's is ignored, since a tar gives links no data. */
  readonly size: number;
  readonly target?: string | undefined;
}

/**
 * The tar of a pack, cut into members (format.md, "Packs"): whole entries up to 128 KiB a member; longer data alone, so that its
 * bytes can be fetched without those of its neighbours. Entries may come in any order; each path once.
 * The order, and with it every byte of the tar, depends on the entries alone.
 */
export function layoutPack(entries: readonly PackEntry[]): readonly MemberPlan[] {
  const sorted = [...entries].sort((a, b) => comparePaths(a.path, b.path));
  const members = createMemberList();
  let previous: string | undefined;
  for (const { path, kind, size: ownSize, target: ownTarget } of sorted) {
    const size = kind === "link" ? 0 : ownSize;
    for (const folder of newParentFolders(path, previous))
      members.header({ path: folder, type: "folder", size: 0 });
    previous = path;
    members.header({ path, type: kind, size, target: kind === "link" ? ownTarget : undefined });
    if (size >= MEMBER_CLOSE_BYTES) {
      members.close();
      for (let offset = 0; offset < size; offset += MEMBER_DATA_BYTES) {
        members.data(path, offset, Math.min(MEMBER_DATA_BYTES, size - offset));
        members.close();
      }
    } else if (size > 0) members.data(path, 0, size);
    members.zeros(tarPadding(size));
    if (members.openBytes() >= MEMBER_CLOSE_BYTES) members.close();
  }
  members.zeros(TAR_END.length);
  members.close();
  return members.plans;
}
