import { stripPaint } from "./strip-paint.js";
import { wrapText } from "./wrap-text.js";

export type Alignment = "left" | "right";

const GAP = 2;
/** A last column that is narrower is no column any more. */
const NARROWEST = 16;

/**
 * Columns that line up, two spaces apart; nothing after the last cell of a line. Cells may be painted. With a width, the words of the last column go
 * on below themselves where a line would be longer; a word is never broken.
 */
export function table(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
  width: number = Number.POSITIVE_INFINITY,
): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, stripPaint(cell).length);
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + GAP, 0);
  return rows
    .map((row) => {
      const wrapped =
        row.length === widths.length ? wrapLast(row, before, Math.max(width - before, NARROWEST)) : row;
      return `${lineOf(wrapped, widths, alignments)}\n`;
    })
    .join("");
}

function wrapLast(row: readonly string[], before: number, room: number): readonly string[] {
  const last = row.at(-1) ?? "";
  if (stripPaint(last).length <= room) return row;
  return [...row.slice(0, -1), wrapText(last, room).join(`\n${" ".repeat(before)}`)];
}

function lineOf(row: readonly string[], widths: readonly number[], alignments: readonly Alignment[]): string {
  const cells = row.map((cell, index) => {
    const padding = " ".repeat(Math.max(0, (widths[index] ?? 0) - stripPaint(cell).length));
    return alignments[index] === "right" ? `${padding}${cell}` : `${cell}${padding}`;
  });
  return cells.join(" ".repeat(GAP)).trimEnd();
}
