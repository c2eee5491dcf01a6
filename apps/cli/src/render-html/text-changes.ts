import type { DiffChange } from "@bale/sdk";
import { counted } from "../terminal/format-amounts.js";
import { changeBadge } from "./change-word.js";
import { cutText } from "./fact-list.js";
import { html, lineMarkup, type Markup } from "./markup.js";
import { type PatchHunk, type PatchLine, readPatch } from "./read-patch.js";

const LONGEST_LINE = 1_000;
const LINES_OF_A_FILE = 1_000;
/** Characters of markup for all files together. */
const ROOM = 1_500_000;
/** After so many files that had no room, no more are tried. */
const MISSES = 10;
const FILES = 300;
const OPEN_LINES = 400;

export interface TextChanges {
  readonly content: Markup;
  /** Where on the page a change is shown. */
  readonly anchorOf: (change: DiffChange) => string | undefined;
  /** Changes of content that have no text diff here, since there are too many. */
  readonly leftOut: number;
}

function lineOf({ kind, text, number }: PatchLine): Markup {
  const shown = lineMarkup(text, LONGEST_LINE);
  if (kind === "note") return html`<span class="note">${shown}</span>`;
  const data = html` data-line="${number}"`;
  // The marks are text, so that they are copied, read aloud and printed.
  if (kind === "added") return html`<ins${data}>+${shown}</ins>`;
  if (kind === "removed") return html`<del${data}>-${shown}</del>`;
  return html`<span${data}> ${shown}</span>`;
}

function hunkMarkup({ head, lines }: PatchHunk): Markup {
  return html`<span class="hunk">${lineMarkup(head, LONGEST_LINE)}</span>${lines.map(lineOf)}`;
}

/** Hunks up to so many lines in all. */
function firstLines(hunks: readonly PatchHunk[], most: number): readonly PatchHunk[] {
  let left = most;
  return hunks.flatMap(({ head, lines }) => {
    const shown = lines.slice(0, left);
    left -= shown.length;
    return shown.length === 0 ? [] : [{ head, lines: shown }];
  });
}

function countKind(hunks: readonly PatchHunk[], kind: PatchLine["kind"]): number {
  return hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);
}

const LONGEST_PATH = 1_000;

function fileMarkup(change: DiffChange, text: string, id: string): Markup {
  const hunks = readPatch(text);
  const lines = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  const more = lines - LINES_OF_A_FILE;
  const rest =
    more > 0 ? html`<p class="more">and ${counted(more, "more line", "more lines")}</p>` : undefined;
  const counts = `+${countKind(hunks, "added")} −${countKind(hunks, "removed")}`;
  return html`<article id="${id}" aria-labelledby="${id}-heading">
<details${lines <= OPEN_LINES ? html` open` : undefined}><summary><h3 id="${id}-heading">${changeBadge(change.change)}<span class="path">${cutText(change.path, LONGEST_PATH)}</span></h3> <span class="lines">${counts} lines</span></summary>
<pre class="patch"><code>${firstLines(hunks, LINES_OF_A_FILE).map(hunkMarkup)}</code></pre>${rest}
</details></article>
`;
}

/** Text diffs in path order, until the page has no more room. */
export function textChanges(changes: readonly DiffChange[]): TextChanges {
  const anchors = new Map<DiffChange, string>();
  const shown: Markup[] = [];
  let room = ROOM;
  let leftOut = 0;
  let misses = 0;
  for (const change of changes) {
    const { patch, before, after } = change;
    if (patch && !("text" in patch)) continue;
    if (!patch || shown.length >= FILES || misses >= MISSES) {
      if (before?.digest !== after?.digest) leftOut++;
      continue;
    }
    const id = `text-${shown.length + 1}`;
    const file = fileMarkup(change, patch.text, id);
    if (file.markup.length > room) {
      misses++;
      leftOut++;
      continue;
    }
    room -= file.markup.length;
    shown.push(file);
    anchors.set(change, id);
  }
  return { content: html`${shown}`, anchorOf: (change) => anchors.get(change), leftOut };
}
