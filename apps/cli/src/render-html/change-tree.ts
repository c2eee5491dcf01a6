import type { DiffChange } from "@bale/sdk";
import { stepDetail } from "../render/describe-step.js";
import { formatBytes } from "../terminal/format-amounts.js";
import { CHANGE_TALLY, type ChangeCounts, countsText } from "./change-counts.js";
import { changeBadge, signedBytes } from "./change-word.js";
import { foldTree } from "./fold-tree.js";
import { html, type Markup } from "./markup.js";
import { pathTree, type TreeFile } from "./path-tree.js";
import { type TreeLook, treeMarkup } from "./tree.js";

const LIMITS = { rows: 1_500, perFolder: 400 };

/** Of what was added or removed, the difference is the size. */
function sizes({ before, after }: DiffChange): string | undefined {
  if (!before || !after) return undefined;
  if (before.size === after.size) return formatBytes(after.size);
  return `${formatBytes(before.size)} → ${formatBytes(after.size)}`;
}

function aside(text: string | undefined): Markup | undefined {
  return text === undefined ? undefined : html`<span class="sizes">${text}</span>`;
}

/** What changed, by folder and in the order of names. A change with a text diff on the page is a link to it. */
export function changeTree(
  changes: readonly DiffChange[],
  anchorOf: (change: DiffChange) => string | undefined,
): Markup {
  const entries = changes.map((change) => ({ path: change.path, value: change }));
  const root = pathTree(entries, CHANGE_TALLY);
  const name = ({ name: text, value }: TreeFile<DiffChange, ChangeCounts>): Markup => {
    const anchor = anchorOf(value);
    const linked = anchor === undefined ? html`${text}` : html`<a href="#${anchor}">${text}</a>`;
    const from = value.from === undefined ? undefined : html` <span class="quiet">from ${value.from}</span>`;
    const detail = stepDetail(value.before, value.after);
    return html`${linked}${from}${detail === "" ? undefined : html`<span class="quiet">${detail}</span>`}`;
  };
  const look: TreeLook<DiffChange, ChangeCounts> = {
    mark: ({ value }) => changeBadge(value.change),
    name,
    amounts: ({ sum, value }) =>
      html`${aside(value ? sizes(value) : countsText(sum))}<span class="amount">${signedBytes(sum.delta)}</span>`,
  };
  return treeMarkup(foldTree(root, CHANGE_TALLY.plus, LIMITS, "name"), look);
}
