import { type BundlePath, comparePaths, type EntryKind } from "@bale/spec";
import { MEMBER_CLOSE_BYTES, MEMBER_DATA_BYTES } from "./pack-constants.js";
import { newParentFolders } from "./parent-folders.js";
import { TAR_END, tarHeader, tarPadding } from "./tar-header.js";

export interface PackEntry {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  /** Bytes of the file; a link's is ignored, since a tar gives links no data. */
  readonly size: number;
  readonly target?: string | undefined;
}
/** `data`: that many bytes of the file, from `offset`. */
export type MemberPart =
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "data"; readonly path: BundlePath; readonly offset: number; readonly length: number };
/** One gzip member: its parts in order, and how many bytes they are. */
export interface MemberPlan {
  readonly parts: readonly MemberPart[];
  readonly decoded: number;
}

/** Collects parts into members; neighbouring header bytes are joined. */
function createMemberList(): {
  bytes(bytes: Uint8Array): void;
  data(path: BundlePath, offset: number, length: number): void;
  close(): void;
  open(): number;
  plans: MemberPlan[];
} {
  const plans: MemberPlan[] = [];
  let parts: MemberPart[] = [];
  let pending: Uint8Array[] = [];
  let decoded = 0;
  const flush = (): void => {
    if (pending.length === 0) return;
    const joined = new Uint8Array(pending.reduce((sum, bytes) => sum + bytes.length, 0));
    let at = 0;
    for (const bytes of pending) {
      joined.set(bytes, at);
      at += bytes.length;
    }
    parts.push({ type: "bytes", bytes: joined });
    pending = [];
  };
  return {
    plans,
    open: () => decoded,
    bytes(bytes) {
      if (bytes.length === 0) return;
      pending.push(bytes);
      decoded += bytes.length;
    },
    data(path, offset, length) {
      flush();
      parts.push({ type: "data", path, offset, length });
      decoded += length;
    },
    close() {
      flush();
      if (decoded > 0) plans.push({ parts, decoded });
      parts = [];
      decoded = 0;
    },
  };
}

/**
 * The tar of a pack, cut into members (format.md, "Packs"): whole entries up to 128 KiB a member; longer data alone, so that its
 * bytes can be fetched without those of its neighbours. Entries may come in any order; each path once.
 * The order, and with it every byte of the tar, depends on the entries alone.
 */
export function layoutPack(entries: readonly PackEntry[]): MemberPlan[] {
  const sorted = [...entries].sort((a, b) => comparePaths(a.path, b.path));
  const members = createMemberList();
  let previous: string | undefined;
  for (const entry of sorted) {
    const size = entry.kind === "link" ? 0 : entry.size;
    for (const path of newParentFolders(entry.path, previous))
      members.bytes(tarHeader({ path, type: "folder", size: 0 }));
    previous = entry.path;
    const target = entry.kind === "link" ? entry.target : undefined;
    members.bytes(tarHeader({ path: entry.path, type: entry.kind, size, target }));
    if (size >= MEMBER_CLOSE_BYTES) {
      members.close();
      for (let offset = 0; offset < size; offset += MEMBER_DATA_BYTES) {
        members.data(entry.path, offset, Math.min(MEMBER_DATA_BYTES, size - offset));
        members.close();
      }
    } else if (size > 0) members.data(entry.path, 0, size);
    members.bytes(new Uint8Array(tarPadding(size)));
    if (members.open() >= MEMBER_CLOSE_BYTES) members.close();
  }
  members.bytes(TAR_END);
  members.close();
  return members.plans;
}
