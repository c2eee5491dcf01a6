import { BaleError, type BundlePath, comparePaths, type FileState, type TreeEntry } from "@bale/spec";

/** Told of one path, with its state in each of the trees. */
export type TreeVisitor = (
  path: BundlePath,
  first: FileState | undefined,
  second: FileState | undefined,
  third: FileState | undefined,
) => void;

/**
 * Walks up to three sorted trees side by side, each read once and never copied. A visitor instead of a generator, and three named cursors
 * instead of a list: a status of a hundred thousand files spends most of its own time here.
 * @throws BaleError `INTERNAL` when a tree is not sorted by `comparePaths`
 */
export function mergeTrees(
  [first, second, third]: readonly [Iterable<TreeEntry>, Iterable<TreeEntry>, Iterable<TreeEntry>?],
  visit: TreeVisitor,
): void {
  const cursors = [first, second, third ?? []].map((tree) => tree[Symbol.iterator]());
  const [a, b, c] = cursors as [Iterator<TreeEntry>, Iterator<TreeEntry>, Iterator<TreeEntry>];
  try {
    let x = next(a);
    let y = next(b);
    let z = next(c);
    let previous: BundlePath | undefined;
    for (;;) {
      const path = least(least(x?.path, y?.path), z?.path);
      if (path === undefined) return;
      // An unsorted tree would turn into wrong verdicts, and those into lost files. Whatever tree goes back, the merged walk goes back.
      if (previous !== undefined && comparePaths(previous, path) >= 0) throw notSorted(previous, path);
      previous = path;
      const inFirst = x?.path === path;
      const inSecond = y?.path === path;
      const inThird = z?.path === path;
      visit(
        path,
        inFirst ? x?.state : undefined,
        inSecond ? y?.state : undefined,
        inThird ? z?.state : undefined,
      );
      if (inFirst) x = next(a);
      if (inSecond) y = next(b);
      if (inThird) z = next(c);
    }
  } finally {
    for (const cursor of cursors) cursor.return?.();
  }
}

function next(cursor: Iterator<TreeEntry>): TreeEntry | undefined {
  const step = cursor.next();
  return step.done === true ? undefined : step.value;
}

/** Equal paths are the common case, and comparing them as strings is much cheaper than finding their order. */
function least(a: BundlePath | undefined, b: BundlePath | undefined): BundlePath | undefined {
  if (a === undefined || a === b) return b;
  return b === undefined || comparePaths(a, b) < 0 ? a : b;
}

function notSorted(previous: string, path: string): BaleError {
  return new BaleError({
    code: "INTERNAL",
    message: "a tree is not sorted by path",
    why: `${path} comes after ${previous}`,
  });
}
