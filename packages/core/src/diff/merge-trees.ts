import { BaleError, type BundlePath, comparePaths, type FileState, type TreeEntry } from "@bale/spec";

/** One path with its state in each of the trees. */
export interface TreeRow {
  readonly path: BundlePath;
  readonly states: readonly (FileState | undefined)[];
}

interface Cursor {
  readonly iterator: Iterator<TreeEntry>;
  entry: TreeEntry | undefined;
}

function advance(cursor: Cursor): void {
  const before = cursor.entry;
  const next = cursor.iterator.next();
  cursor.entry = next.done === true ? undefined : next.value;
  // An unsorted tree would turn into wrong verdicts, and those into lost files: one comparison an entry is cheap against that.
  if (before !== undefined && cursor.entry !== undefined && comparePaths(before.path, cursor.entry.path) >= 0)
    throw new BaleError({
      code: "INTERNAL",
      message: "a tree is not sorted by path",
      why: `${cursor.entry.path} comes after ${before.path}`,
    });
}

/** Walks sorted trees side by side, each read once and never copied. @throws BaleError `INTERNAL` when a tree is not sorted */
export function* mergeTrees(trees: readonly Iterable<TreeEntry>[]): Generator<TreeRow> {
  const cursors: Cursor[] = trees.map((tree) => ({ iterator: tree[Symbol.iterator](), entry: undefined }));
  try {
    for (const cursor of cursors) advance(cursor);
    for (;;) {
      let path: BundlePath | undefined;
      for (const { entry } of cursors)
        if (entry !== undefined && (path === undefined || comparePaths(entry.path, path) < 0))
          path = entry.path;
      if (path === undefined) return;
      const states: (FileState | undefined)[] = [];
      for (const cursor of cursors) {
        const here = cursor.entry?.path === path;
        states.push(here ? cursor.entry?.state : undefined);
        if (here) advance(cursor);
      }
      yield { path, states };
    }
  } finally {
    for (const { iterator } of cursors) iterator.return?.();
  }
}
