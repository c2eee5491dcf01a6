import type { FileRow } from "@bale/spec";

/**
 * Whether a pack that stays in the manifest is still exact: it was, and the rows that use it are those of before. A row that is gone, or has
 * other content, kind or path, leaves a stale entry; one more row means a path whose content this pack holds under another name only.
 * Packs with data hold no links and no empty files (those have packs of their own), so rows tell all entries.
 */
export function carriedPackStaysExact(
  previousRows: readonly FileRow[],
  newRows: readonly FileRow[],
  wasExact: boolean,
): boolean {
  if (!wasExact || previousRows.length !== newRows.length) return false;
  const previous = new Map(previousRows.map((row) => [row.path, row]));
  return newRows.every((row) => {
    const before = previous.get(row.path);
    return before !== undefined && before.digest === row.digest && before.kind === row.kind;
  });
}
