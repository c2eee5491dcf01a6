import { stripPaint } from "./strip-paint.js";
import { wrapNames, wrapText } from "./wrap-text.js";

export type Alignment = "left" | "right";

const GAP = 2;
/** A last column that is narrower is none: it goes below the others. */
const NARROWEST = 24;
const BELOW = "    ";

/** Behind commas, where every part has room between two; else between words. */
function linesOf(text: string, room: number): readonly string[] {
  const parts = text.split(", ");
  return parts.every((part) => part.length < room) ? wrapNames(parts, room) : wrapText(text, room);
}

/**
 * Columns that line up, two spaces apart; nothing after the last cell of a line. Cells may be painted. With a width, the words of the last column go
 * on below themselves where a line would be longer, or below the whole row where there is little room beside it; a word is never broken.
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
  const room = width - before;
  const fits = (widths.at(-1) ?? 0) <= room;
  return rows
    .map((row) => {
      if (fits || row.length < widths.length) return `${lineOf(row, widths, alignments)}\n`;
      const [others, last] = [row.slice(0, -1), row.at(-1) ?? ""];
      if (room >= NARROWEST) {
        const lines = linesOf(last, room).join(`\n${" ".repeat(before)}`);
        return `${lineOf([...others, lines], widths, alignments)}\n`;
      }
      const lines = linesOf(last, width - BELOW.length).map((line) => `${BELOW}${line}\n`);
      return `${lineOf(others, widths, alignments)}\n${lines.join("")}`;
    })
    .join("");
}

function lineOf(row: readonly string[], widths: readonly number[], alignments: readonly Alignment[]): string {
  const cells = row.map((cell, index) => {
    const padding = " ".repeat(Math.max(0, (widths[index] ?? 0) - stripPaint(cell).length));
    return alignments[index] === "right" ? `${padding}${cell}` : `${cell}${padding}`;
  });
  return cells.join(" ".repeat(GAP)).trimEnd();
}
