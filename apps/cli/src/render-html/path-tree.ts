/** How values are counted together. */
export interface Tally<Value, Sum> {
  readonly zero: Sum;
  readonly of: (value: Value) => Sum;
  readonly plus: (a: Sum, b: Sum) => Sum;
  /** Bytes: what is listed first where not everything is. */
  readonly weight: (value: Value) => number;
}
export interface PathEntry<Value> {
  readonly path: string;
  readonly value: Value;
}
export interface TreeFile<Value, Sum> {
  readonly kind: "file";
  readonly name: string;
  readonly weight: number;
  readonly sum: Sum;
  readonly value: Value;
}
export interface TreeFolder<Value, Sum> {
  readonly kind: "folder";
  readonly name: string;
  readonly weight: number;
  readonly sum: Sum;
  /** Files below it, at any depth. */
  readonly files: number;
  readonly children: readonly TreeNode<Value, Sum>[];
}
export type TreeNode<Value, Sum> = TreeFile<Value, Sum> | TreeFolder<Value, Sum>;

interface Draft<Value, Sum> {
  readonly folders: Map<string, Draft<Value, Sum>>;
  readonly files: TreeFile<Value, Sum>[];
  readonly name: string;
}

// Browsers give up on deeply nested elements (Blink at 512), and each level here is three of them.
const DEEPEST = 16;

function insert<Value, Sum>(
  root: Draft<Value, Sum>,
  { path, value }: PathEntry<Value>,
  tally: Tally<Value, Sum>,
): void {
  let folder = root;
  let from = 0;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const slash = path.indexOf("/", from);
    if (slash < 0) break;
    const name = path.slice(from, slash);
    const known = folder.folders.get(name);
    const next = known ?? { folders: new Map(), files: [], name };
    if (!known) folder.folders.set(name, next);
    folder = next;
    from = slash + 1;
  }
  const weight = tally.weight(value);
  folder.files.push({ kind: "file", name: path.slice(from), weight, sum: tally.of(value), value });
}

/** A folder that holds nothing but one other becomes one with it. */
function joined<Value, Sum>(draft: Draft<Value, Sum>): Draft<Value, Sum> {
  let folder = draft;
  while (folder.files.length === 0 && folder.folders.size === 1) {
    const [only] = folder.folders.values();
    if (!only) break;
    folder = { ...only, name: folder.name === "" ? only.name : `${folder.name}/${only.name}` };
  }
  return folder;
}

function finish<Value, Sum>(draft: Draft<Value, Sum>, tally: Tally<Value, Sum>): TreeFolder<Value, Sum> {
  const folders = [...draft.folders.values()].map((folder) => finish(joined(folder), tally));
  const children = [...folders, ...draft.files];
  return {
    kind: "folder",
    name: draft.name,
    weight: children.reduce((sum, child) => sum + child.weight, 0),
    sum: children.reduce((sum, child) => tally.plus(sum, child.sum), tally.zero),
    files: draft.files.length + folders.reduce((sum, folder) => sum + folder.files, 0),
    children,
  };
}

/** Files by their folders, 16 levels deep; what lies deeper keeps the rest of its path as its name. */
export function pathTree<Value, Sum>(
  entries: Iterable<PathEntry<Value>>,
  tally: Tally<Value, Sum>,
): TreeFolder<Value, Sum> {
  const root: Draft<Value, Sum> = { folders: new Map(), files: [], name: "" };
  for (const entry of entries) insert(root, entry, tally);
  return finish(root, tally);
}
