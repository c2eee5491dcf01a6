import { describeChange, type PathChange } from "@bale/core";
import { changeSections } from "../render/change-sections.js";
import { changedSide, stepDetail, stepWord } from "../render/describe-step.js";
import { counted } from "../terminal/format-amounts.js";
import { dataTable } from "./data-table.js";
import { html, type Markup } from "./markup.js";

const TITLES = {
  conflict: "Conflicts: changed on both sides",
  local: "Changed here",
  remote: "Changed there",
  adopt: "Here already, with the same content",
} as const;
const LIMIT = 200;

/** Who changed what, by the verdicts of the three-way table. */
export function verdictLists(verdicts: readonly PathChange[]): Markup {
  const sections = changeSections(verdicts);
  if (sections.length === 0) return html`<p>Both sides agree.</p>`;
  return html`${sections.map(({ kind, changes }) => {
    const table = dataTable({
      caption: `${TITLES[kind]} (${counted(changes.length, "path")})`,
      many: "paths",
      limit: LIMIT,
      rows: changes,
      columns: [
        { label: "Path", cell: ({ path }) => html`<span class="path">${path}</span>` },
        {
          label: "What happened",
          cell: (change) => {
            if (kind === "conflict") return describeChange(change);
            const [before, after] = changedSide(change);
            const from = change.renamedFrom === undefined ? "" : ` from ${change.renamedFrom}`;
            return `${stepWord(before, after, change.renamedFrom)}${from}${stepDetail(before, after)}`;
          },
        },
      ],
    });
    return html`<h3>${TITLES[kind]}</h3>\n${table}\n`;
  })}`;
}
