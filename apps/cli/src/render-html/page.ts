import { createHash } from "node:crypto";
import { constantMarkup, html, type Markup } from "./markup.js";
import { SCRIPT } from "./script.js";
import { STYLES } from "./styles.js";

export interface PageSection {
  /** Unique in the page, and a word of ours. */
  readonly id: string;
  readonly heading: string;
  readonly content: Markup;
  /** Whether it has parts that open and close. */
  readonly foldable?: boolean | undefined;
}
export interface Page {
  /** Of the window and of the bookmark. */
  readonly title: string;
  /** What kind of page it is, above the heading. */
  readonly kind: string;
  readonly heading: Markup;
  /** Below the heading: what is worth knowing at once. */
  readonly summary: Markup | undefined;
  readonly sections: readonly PageSection[];
  /** How this page is made again. */
  readonly command: string;
  readonly version: string;
  /** Seconds since 1970, where whoever builds reproducibly has said so. */
  readonly dated?: number | undefined;
}

function sourceHash(source: string): string {
  return `'sha256-${createHash("sha256").update(source).digest("base64")}'`;
}

/** Nothing is loaded, sent or embedded; only this style sheet and this script count, whatever else may have got in. */
function policy(): string {
  return `default-src 'none'; style-src ${sourceHash(STYLES)}; script-src ${sourceHash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

function sectionMarkup({ id, heading, content, foldable }: PageSection): Markup {
  const fold = foldable ? html` data-foldable` : undefined;
  return html`<section id="${id}" aria-labelledby="${id}-heading"${fold}>
<h2 id="${id}-heading">${heading}</h2>
${content}
</section>
`;
}

/** Whole seconds in UTC, the same in every time zone and locale. */
function dateText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** One document that needs nothing beside itself: no request, no font, and no script to be read. The same for the same input. */
export function renderPage(page: Page): string {
  const { sections, dated } = page;
  const links = sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`);
  const date = dated === undefined ? undefined : html`, dated ${dateText(dated)}`;
  const { markup } = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${constantMarkup(policy())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${page.title}</title>
<style>${constantMarkup(STYLES)}</style>
</head>
<body>
<header>
<p class="kind">${page.kind}</p>
<h1>${page.heading}</h1>
${page.summary}
${sections.length > 1 ? html`<nav aria-label="Sections of this page"><ul>${links}</ul></nav>` : undefined}
</header>
<main>
${sections.map(sectionMarkup)}</main>
<footer><p>Made by bale ${page.version}${date}, with <code>${page.command}</code></p></footer>
<script>${constantMarkup(SCRIPT)}</script>
</body>
</html>
`;
  return markup;
}
