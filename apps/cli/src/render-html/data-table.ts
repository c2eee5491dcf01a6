import { formatCount } from "../terminal/format-amounts.js";
import { html, type Markup, type Part } from "./markup.js";

export interface Column<Row> {
  readonly label: string;
  /** Numbers stand at the right. */
  readonly numeric?: boolean | undefined;
  readonly cell: (row: Row, index: number) => Part;
}
export interface DataTable<Row> {
  readonly caption: string;
  /** The first one names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Most rows; what is left out is counted. */
  readonly limit?: number | undefined;
  /** What the rows are, where some are left out. */
  readonly many?: string | undefined;
}

const LIMIT = 100;

/**
 * A table with a caption and named rows and columns. On a narrow screen each row becomes a block whose cells name their columns; the roles
 * are written out since browsers take them away from tables that are no table boxes any more.
 */
export function dataTable<Row>({ caption, columns, rows, limit = LIMIT, many }: DataTable<Row>): Markup {
  const heads = columns.map(
    ({ label, numeric }) =>
      html`<th scope="col" role="columnheader"${numeric ? html` class="number"` : undefined}>${label}</th>`,
  );
  const body = rows.slice(0, limit).map((row, index) => {
    const cells = columns.map(({ label, numeric, cell }, column) => {
      const kind = numeric ? html` class="number"` : undefined;
      return column === 0
        ? html`<th scope="row" role="rowheader"${kind}>${cell(row, index)}</th>`
        : html`<td role="cell" data-label="${label}"${kind}>${cell(row, index)}</td>`;
    });
    return html`<tr role="row">${cells}</tr>\n`;
  });
  const left = rows.length - limit;
  const more =
    left > 0 ? html`<p class="more">and ${formatCount(left)} more ${many ?? "rows"}</p>` : undefined;
  return html`<table role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${body}</tbody></table>${more}`;
}
