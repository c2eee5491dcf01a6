import { formatCount } from "../terminal/format-amounts.js";
import { html, type Markup, type Part } from "./markup.js";

/** Names with their values. What is `undefined` or empty is left out. */
export function factList(rows: readonly (readonly [name: string, value: Part])[]): Markup {
  const shown = rows.filter(([, value]) => value !== undefined && value !== "");
  return html`<dl>${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

const LONGEST_LIST = 20;

/** `code, config and 12 more`. */
export function nameList(names: readonly string[]): string {
  const more = names.length - LONGEST_LIST;
  const shown = names.slice(0, LONGEST_LIST).join(", ");
  return more > 0 ? `${shown} and ${formatCount(more)} more` : shown;
}

/** A long text by its beginning. */
export function cutText(text: string, longest: number): string {
  const more = text.length - longest;
  return more > 0 ? `${text.slice(0, longest)} … (${formatCount(more)} more characters)` : text;
}
