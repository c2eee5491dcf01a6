import { wrapText } from "../terminal/wrap-text.js";

/**
 * Labelled lines below a headline: two spaces, the label, the value. What is `undefined` or empty is left out. With a width, what `names` joined goes
 * on below itself; anything else stays on one line, since people copy it.
 */
export function facts(
  rows: readonly (readonly [label: string, value: string | undefined])[],
  width: number = Number.POSITIVE_INFINITY,
): string {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== "");
  const labels = Math.max(0, ...shown.map(([label]) => label.length));
  const room = Math.max(width - labels - 4, 16);
  return shown
    .map(([label, value]) => {
      const lines = value.includes(", ") ? wrapText(value, room) : [value];
      return `  ${label.padEnd(labels)}  ${lines.join(`\n${" ".repeat(labels + 4)}`)}\n`;
    })
    .join("");
}

/** Names joined by commas, or `undefined` for none. */
export function names(list: readonly string[]): string | undefined {
  return list.length === 0 ? undefined : list.join(", ");
}
