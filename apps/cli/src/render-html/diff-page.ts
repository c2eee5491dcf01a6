import type { DiffResult } from "@bale/sdk";
import { counted, formatCount } from "../terminal/format-amounts.js";
import { countChanges } from "./change-counts.js";
import { changeLayers } from "./change-layers.js";
import { changeTree } from "./change-tree.js";
import { signedBytes } from "./change-word.js";
import { html, type Markup } from "./markup.js";
import { type PageSection, renderPage } from "./page.js";
import { type TextChanges, textChanges } from "./text-changes.js";
import { verdictLists } from "./verdict-lists.js";

export interface DiffPageInput {
  readonly diff: DiffResult;
  /** Whether contents were looked at; else the page says that they were not. */
  readonly withTexts: boolean;
  readonly version: string;
  readonly dated?: number | undefined;
}

const NOT_TEXT = { binary: "binary", "too-large": "over 1 MiB", unavailable: "not to be fetched" } as const;

function withoutText({ changes }: DiffResult, { leftOut }: TextChanges): string {
  const reasons = Object.entries(NOT_TEXT).flatMap(([reason, words]) => {
    const count = changes.filter(({ patch }) => patch && "reason" in patch && patch.reason === reason).length;
    return count === 0 ? [] : [`${formatCount(count)} ${words}`];
  });
  const more = leftOut === 0 ? [] : [`${formatCount(leftOut)} more than a page holds`];
  const all = [...reasons, ...more];
  return all.length === 0 ? "" : `Without a text diff: ${all.join(", ")}.`;
}

function textSection({ diff, withTexts }: DiffPageInput, texts: TextChanges): Markup {
  if (!withTexts) return html`<p>Only sizes were compared; contents were not looked at.</p>`;
  const left = withoutText(diff, texts);
  const note = left === "" ? undefined : html`<p>${left}</p>\n`;
  const isEmpty = texts.content.markup === "" && left === "";
  return html`${note}${isEmpty ? html`<p>No text changed.</p>` : texts.content}`;
}

function sectionsOf(input: DiffPageInput): readonly PageSection[] {
  const { changes, verdicts } = input.diff;
  const texts = textChanges(input.withTexts ? changes : []);
  const verdictSection = verdicts && {
    id: "verdicts",
    heading: "Who changed what",
    content: verdictLists(verdicts),
  };
  if (changes.length === 0) {
    const none = { id: "changes", heading: "Changed files", content: html`<p>There are no differences.</p>` };
    return verdictSection ? [verdictSection, none] : [none];
  }
  return [
    ...(verdictSection ? [verdictSection] : []),
    { id: "layers", heading: "By layer", content: changeLayers(changes) },
    {
      id: "changes",
      heading: "Changed files by folder",
      content: changeTree(changes, texts.anchorOf),
      foldable: true,
    },
    { id: "texts", heading: "Text diffs", content: textSection(input, texts), foldable: true },
  ];
}

function summaryOf({ a, b, changes }: DiffResult): Markup {
  const { added, removed, changed, delta } = countChanges(changes);
  const tiles = [
    ["added", formatCount(added)],
    ["removed", formatCount(removed)],
    ["changed", formatCount(changed)],
    ["in all", signedBytes(delta)],
  ];
  return html`<dl class="ends"><div><dt>From</dt><dd class="path">${a}</dd></div><div><dt>To</dt><dd class="path">${b}</dd></div></dl>
<ul class="tiles">${tiles.map(([label, value]) => html`<li><strong>${value}</strong> ${label}</li>`)}</ul>`;
}

/** `bale diff --html`: what leads from one tree to another. */
export function renderDiffPage(input: DiffPageInput): string {
  const { diff, version, dated } = input;
  const count = diff.changes.length;
  return renderPage({
    title: `${diff.a} to ${diff.b} - bale diff`,
    kind: "Comparison",
    heading: html`${count === 0 ? "No differences" : counted(count, "change")}`,
    summary: summaryOf(diff),
    sections: sectionsOf(input),
    command: "bale diff --html",
    version,
    dated,
  });
}
