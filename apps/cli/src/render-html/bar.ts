import { constantMarkup, html, type Markup } from "./markup.js";

/** A share as a number from 0 to 100 with one decimal, for coordinates of pictures. */
function percentOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.round((Math.min(Math.max(part, 0), whole) / whole) * 1000) / 10;
}

/** `37 %`, `<1 %`; empty where there is nothing to be a share of. */
export function shareText(part: number, whole: number): string {
  if (whole <= 0) return "";
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 1) return "<1 %";
  return `${percent > 99 && percent < 100 ? 99 : Math.round(percent)} %`;
}

/** A bar beside a number that says the same, so that screen readers pass it over. Widths are attributes: the policy of the page allows no inline style. */
export function shareBar(part: number, whole: number): Markup {
  const width = percentOf(part, whole);
  const least = part > 0 ? Math.max(width, 1) : 0;
  return html`<svg class="bar" aria-hidden="true" focusable="false"><rect class="track" width="100%" height="100%"/><rect width="${least}%" height="100%"/></svg>`;
}

const COLORS = 6;
/** Narrower parts have no room for their number. */
const NUMBERED = 4;

/** Parts of one whole side by side, each with the number of its row in the table below. */
export function partsBar(parts: readonly number[]): Markup {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (whole <= 0) return constantMarkup("");
  let x = 0;
  const drawn = parts.map((part, index) => {
    const width = percentOf(part, whole);
    const from = Math.round(x * 10) / 10;
    x += width;
    const name = `part${(index % COLORS) + 1}`;
    const number =
      width < NUMBERED
        ? undefined
        : html`<text x="${Math.round((from + width / 2) * 10) / 10}%" y="50%">${index + 1}</text>`;
    return html`<rect class="${name}" x="${from}%" width="${width}%" height="100%"/>${number}`;
  });
  return html`<svg class="parts" aria-hidden="true" focusable="false">${drawn}</svg>`;
}
