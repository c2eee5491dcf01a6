import { elementsOf, readHtml, textOf } from "./html-document.testing.js";

/** Cells of the table with this caption, a row a list. */
export function rowsOf(page: string, caption: string): readonly (readonly string[])[] {
  const table = elementsOf(readHtml(page)).find(
    (each) => each.name === "table" && textOf(each).startsWith(caption),
  );
  const rows = table ? elementsOf(table).filter(({ name }) => name === "tr") : [];
  return rows.map((row) =>
    elementsOf(row)
      .filter(({ name }) => name === "th" || name === "td")
      .map((cell) => textOf(cell).trim()),
  );
}

export const headings = (page: string): readonly string[] =>
  elementsOf(readHtml(page))
    .filter(({ name }) => /^h[1-3]$/.test(name))
    .map(textOf);

/** Texts of the list items of the tree, without those inside them. */
export function treeRows(page: string): readonly string[] {
  return elementsOf(readHtml(page))
    .filter(({ attributes }) => /(^| )row( |$)/.test(attributes["class"] ?? ""))
    .map((row) =>
      elementsOf(row).length > 0
        ? row.children
            .map((child) => (typeof child === "string" ? child : textOf(child)))
            .filter((text) => text !== "")
            .join(" | ")
        : "",
    );
}
