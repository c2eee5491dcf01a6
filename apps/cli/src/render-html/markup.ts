import { formatCount } from "../terminal/format-amounts.js";
import { safe, safeLines } from "../terminal/safe-text.js";

/** Text in which every character of a remote string is escaped already. Made by the functions of this file alone. */
export interface Markup {
  readonly markup: string;
}
export type Part = string | number | Markup | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeCharacters(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function asText(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string") return escapeCharacters(safe(part));
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map(asText).join("");
}

/**
 * A template whose holes are data: strings lose what a terminal would obey (it misleads readers of a page as well) and are escaped for elements and
 * for attributes in quotation marks; lists are joined; `undefined` is nothing.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, index) => `${text}${asText(parts[index])}`).join("") };
}

/** A line of a file: tabs stay tabs, and it is cut where more would be no line for readers. */
export function lineMarkup(line: string, longest: number): Markup {
  const more = line.length - longest;
  const shown = escapeCharacters(safeLines(more > 0 ? line.slice(0, longest) : line));
  return { markup: more > 0 ? `${shown} … (${formatCount(more)} more characters)` : shown };
}

/** Our own constants, never data. */
export function constantMarkup(markup: string): Markup {
  return { markup };
}
