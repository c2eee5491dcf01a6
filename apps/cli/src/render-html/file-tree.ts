import type { ListedFile } from "@bale/sdk";
import { formatBytes } from "../terminal/format-amounts.js";
import { shareBar, shareText } from "./bar.js";
import { foldTree } from "./fold-tree.js";
import { html, type Markup } from "./markup.js";
import { pathTree, type Tally } from "./path-tree.js";
import { type TreeLook, treeMarkup } from "./tree.js";

const LIMITS = { rows: 1_500, perFolder: 200 };

const TALLY: Tally<ListedFile, number> = {
  zero: 0,
  of: ({ size }) => size,
  plus: (a, b) => a + b,
  weight: ({ size }) => size,
};

const KINDS = { file: undefined, exec: "executable", link: "link" } as const;

function fileName({ name, value }: { readonly name: string; readonly value: ListedFile }): Markup {
  const kind = KINDS[value.kind];
  const target = value.target === undefined ? undefined : html` → ${value.target}`;
  return html`${name}${target}${kind && html` <span class="quiet">${kind}</span>`}`;
}

/** Files of a bundle by folder, the largest first, each with its share of the whole. */
export function fileTree(files: readonly ListedFile[]): Markup {
  const root = pathTree(
    files.map((file) => ({ path: file.path, value: file })),
    TALLY,
  );
  const whole = root.sum;
  const look: TreeLook<ListedFile, number> = {
    mark: () => undefined,
    name: fileName,
    amounts: ({ sum }) =>
      html`${shareBar(sum, whole)}<span class="amount">${formatBytes(sum)}</span><span class="share">${shareText(sum, whole)}</span>`,
  };
  return treeMarkup(foldTree(root, TALLY.plus, LIMITS, "weight"), look);
}
