import { stripPaint } from "./strip-paint.js";

export type Alignment = "left" | "right";

/** Columns that line up, two spaces apart; nothing after the last cell of a line. Cells may be painted. */
export function table(rows: readonly (readonly string[])[], alignments: readonly Alignment[] = []): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, stripPaint(cell).length);
  return rows.map((row) => `${lineOf(row, widths, alignments)}\n`).join("");
}

function lineOf(row: readonly string[], widths: readonly number[], alignments: readonly Alignment[]): string {
  const cells = row.map((cell, index) => {
    const padding = " ".repeat(Math.max(0, (widths[index] ?? 0) - stripPaint(cell).length));
    return alignments[index] === "right" ? `${padding}${cell}` : `${cell}${padding}`;
  });
  return cells.join("  ").trimEnd();
}
