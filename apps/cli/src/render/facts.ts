import { wrapNames } from "../terminal/wrap-text.js";

/** A text on one line, since people copy it; or names, which go on below themselves where there are many. */
export type FactValue = string | readonly string[];

const WIDTH = 80;

function linesOf(value: FactValue, room: number): readonly string[] {
  return typeof value === "string" ? [value] : wrapNames(value, room);
}

/** Labelled lines below a headline: two spaces, the label, the value. What is `undefined` or empty is left out. */
export function facts(
  rows: readonly (readonly [label: string, value: FactValue | undefined])[],
  width: number = WIDTH,
): string {
  const shown = rows.filter((row): row is readonly [string, FactValue] => (row[1]?.length ?? 0) > 0);
  const labels = Math.max(0, ...shown.map(([label]) => label.length));
  return shown
    .map(([label, value]) => {
      const lines = linesOf(value, width - labels - 4);
      return `  ${label.padEnd(labels)}  ${lines.join(`\n${" ".repeat(labels + 4)}`)}\n`;
    })
    .join("");
}

/** Names joined by commas, or `undefined` for none. */
export function names(list: readonly string[]): string | undefined {
  return list.length === 0 ? undefined : list.join(", ");
}
