import type { EntryKind, FileState } from "@bale/spec";

/** Whether a path is the same in two trees; absent equals absent. A difference in layer alone is a difference. */
export function sameState(a: FileState | undefined, b: FileState | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && sameContent(a, b) && a.layer === b.layer;
}

interface Content {
  readonly digest: string;
  readonly size: number;
  readonly kind: EntryKind;
}

/** Whether two files would be the same on disk: bytes, size and kind. */
export function sameContent(a: Content, b: Content): boolean {
  return a.digest === b.digest && a.kind === b.kind && a.size === b.size;
}
