import { type BundlePath, comparePaths } from "@bale/spec";
import type { TreeFile, TreeFolder, TreeNode } from "./path-tree.js";

export interface FoldLimits {
  /** Most rows of the whole tree; a row with a long name counts as several. */
  readonly rows: number;
  /** Most rows of one folder. */
  readonly perFolder: number;
}
/** What is not listed one by one. */
export interface Remainder<Sum> {
  readonly files: number;
  readonly sum: Sum;
}
export interface ListedFolder<Value, Sum> {
  readonly kind: "folder";
  readonly folder: TreeFolder<Value, Sum>;
  readonly children: readonly ListedNode<Value, Sum>[];
  /** Without children, all of the folder. */
  readonly rest: Remainder<Sum> | undefined;
}
export type ListedNode<Value, Sum> = TreeFile<Value, Sum> | ListedFolder<Value, Sum>;
type Chosen<Value, Sum> = ReadonlyMap<TreeFolder<Value, Sum>, readonly TreeNode<Value, Sum>[]>;

const NAME_IN_A_ROW = 100;

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return comparePaths(a.name as BundlePath, b.name as BundlePath);
}

/** The largest children of a folder that there is room for, and the room that is left. */
function choose<Value, Sum>(
  { children }: TreeFolder<Value, Sum>,
  room: number,
  most: number,
): { readonly chosen: readonly TreeNode<Value, Sum>[]; readonly left: number } {
  const largest = [...children].sort((a, b) => b.weight - a.weight || byName(a, b)).slice(0, most);
  let left = room;
  for (const [index, { name }] of largest.entries()) {
    left -= 1 + Math.floor(name.length / NAME_IN_A_ROW);
    if (left < 0) return { chosen: largest.slice(0, index), left: 0 };
  }
  return { chosen: largest, left };
}

/** Opens folders, the heaviest first, until there is no room for another row. */
function openFolders<Value, Sum>(
  root: TreeFolder<Value, Sum>,
  { rows, perFolder }: FoldLimits,
): Chosen<Value, Sum> {
  const opened = new Map<TreeFolder<Value, Sum>, readonly TreeNode<Value, Sum>[]>();
  const waiting = [root];
  let room = rows;
  while (room > 0) {
    const heaviest = waiting.reduce((at, folder, index) => {
      const best = waiting[at];
      return best && folder.weight > best.weight ? index : at;
    }, 0);
    const [folder] = waiting.splice(heaviest, 1);
    if (!folder) break;
    const { chosen, left } = choose(folder, room, perFolder);
    room = left;
    opened.set(folder, chosen);
    for (const child of chosen) if (child.kind === "folder") waiting.push(child);
  }
  return opened;
}

/**
 * The part of a tree that a page lists: the largest files and folders, and for every folder how much is left out. Sorted by weight or by name; the
 * same for the same files, in whatever order they came.
 */
export function foldTree<Value, Sum>(
  root: TreeFolder<Value, Sum>,
  plus: (a: Sum, b: Sum) => Sum,
  limits: FoldLimits,
  order: "weight" | "name",
): ListedFolder<Value, Sum> {
  const opened = openFolders(root, limits);
  const list = (folder: TreeFolder<Value, Sum>): ListedFolder<Value, Sum> => {
    const chosen = opened.get(folder) ?? [];
    const sorted = order === "weight" ? chosen : [...chosen].sort(byName);
    const listed = new Set(chosen);
    const left = folder.children.filter((child) => !listed.has(child));
    const [first, ...others] = left;
    return {
      kind: "folder",
      folder,
      children: sorted.map((child) => (child.kind === "folder" ? list(child) : child)),
      rest: first && {
        files: left.reduce((sum, child) => sum + (child.kind === "folder" ? child.files : 1), 0),
        sum: others.reduce((sum, child) => plus(sum, child.sum), first.sum),
      },
    };
  };
  return list(root);
}
