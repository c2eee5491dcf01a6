import { counted } from "../terminal/format-amounts.js";
import type { ListedFolder, ListedNode, Remainder } from "./fold-tree.js";
import { html, type Markup } from "./markup.js";
import type { TreeFile, TreeFolder } from "./path-tree.js";

/** How the rows of one kind of tree look; the tree itself is the same for all. */
export interface TreeLook<Value, Sum> {
  /** In front of a file's name; may be nothing. */
  readonly mark: (file: TreeFile<Value, Sum>) => Markup | undefined;
  readonly name: (file: TreeFile<Value, Sum>) => Markup;
  /** Amounts at the right end of a row, of a file, a folder or what is left out. */
  readonly amounts: (of: { readonly sum: Sum; readonly value?: Value }) => Markup;
}

/** Trees with more rows begin closed. */
const OPEN_ROWS = 120;

function countRows(node: ListedNode<unknown, unknown>): number {
  return node.kind === "file" ? 1 : node.children.reduce((sum, child) => sum + countRows(child), 1);
}

function folderName({ name, files }: TreeFolder<unknown, unknown>, isListed: boolean): Markup {
  const count = `${counted(files, "file")}${isListed ? "" : ", not listed one by one"}`;
  return html`<span class="name"><span class="path folder">${name}/</span> <span class="quiet">${count}</span></span>`;
}

function restRow<Value, Sum>({ files, sum }: Remainder<Sum>, look: TreeLook<Value, Sum>): Markup {
  const words = `and ${counted(files, "more file", "more files")}`;
  return html`<li class="row rest"><span class="name">${words}</span>${look.amounts({ sum })}</li>\n`;
}

function nodeMarkup<Value, Sum>(
  node: ListedNode<Value, Sum>,
  look: TreeLook<Value, Sum>,
  open: boolean,
): Markup {
  if (node.kind === "file")
    return html`<li class="row"><span class="name">${look.mark(node)}<span class="path">${look.name(node)}</span></span>${look.amounts(node)}</li>\n`;
  const { folder, children } = node;
  const isListed = children.length > 0;
  const row = html`${folderName(folder, isListed)}${look.amounts({ sum: folder.sum })}`;
  if (!isListed) return html`<li class="row closed">${row}</li>\n`;
  return html`<li><details${open ? html` open` : undefined}><summary class="row">${row}</summary>
${listMarkup(node, look, open)}</details></li>\n`;
}

function listMarkup<Value, Sum>(
  { children, rest }: ListedFolder<Value, Sum>,
  look: TreeLook<Value, Sum>,
  open: boolean,
): Markup {
  const rows = children.map((child) => nodeMarkup(child, look, open));
  return html`<ul>\n${rows}${rest && restRow(rest, look)}</ul>`;
}

/** Nested lists whose folders open and close. */
export function treeMarkup<Value, Sum>(root: ListedFolder<Value, Sum>, look: TreeLook<Value, Sum>): Markup {
  return html`<div class="tree">${listMarkup(root, look, countRows(root) <= OPEN_ROWS)}</div>`;
}
