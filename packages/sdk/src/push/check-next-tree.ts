import { createTreeCheck, mergeSorted } from "@bale/core";
import type { Bundle, NextTree, TreeSource } from "@bale/engine";
import { type BundlePath, comparePaths, type EntryKind } from "@bale/spec";

interface Checked {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly target?: string | undefined;
}

/** Whether a push can have made two paths collide: only a new path or a new link can. */
function bringsNewNames(next: NextTree): boolean {
  for (const layer of next.layers.values()) {
    const before = new Set(layer.before.map((row) => row.path));
    if (layer.files?.some((file) => !file.row && (file.kind === "link" || !before.has(file.path))))
      return true;
  }
  return false;
}

/**
 * Twins, parents that are files, and links are checked over the whole tree that a push would publish, layers that this
 * workspace does not hold included: their tables are read, but only when a new name is on its way.
 * @throws BaleError `NAME_COLLISION`, `UNSAFE_PATH`, `LINK_UNSAFE`, `LIMIT`
 */
export async function checkNextTree(
  next: NextTree,
  current: Bundle | undefined,
  tree: TreeSource,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  if (!bringsNewNames(next)) return;
  const streams: Iterable<Checked>[] = [];
  const unread = [...next.layers.values()]
    .filter((layer) => layer.files === undefined)
    .map((layer) => layer.name);
  for (const layer of next.layers.values()) {
    const files: Checked[] = [];
    for (const file of layer.files ?? [])
      files.push({
        path: file.path,
        kind: file.kind,
        ...(file.kind === "link" ? { target: file.row?.target ?? (await tree.linkTarget(file.path)) } : {}),
      });
    streams.push(files);
  }
  if (current && unread.length > 0) {
    const rows = await current.rows(unread, options);
    streams.push(rowsOnly(rows));
  }
  const check = createTreeCheck();
  for (const { path, kind, target } of mergeSorted(streams, (a, b) => comparePaths(a.path, b.path)))
    check.add(path, kind, target);
  check.finish();
}

function* rowsOnly(rows: Iterable<{ readonly row: Checked }>): Generator<Checked> {
  for (const { row } of rows) yield row;
}
