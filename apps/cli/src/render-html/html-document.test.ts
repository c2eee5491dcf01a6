import { describe, expect, it } from "vitest";
import { pageProblems, readHtml } from "./html-document.testing.js";
import { input } from "./samples.testing.js";
import { renderShowPage } from "./show-page.js";

describe("the check of pages", () => {
  const page = renderShowPage(input);
  it.each([
    ["an image", page.replace("<main>", "<main><img>")],
    ["a handler", page.replace("<main>", '<main onclick="x">')],
    ["an inline style", page.replace("<main>", '<main style="x">')],
    ["another script", page.replace('"use strict";', '"use strict"; ')],
    ["a table without a caption", page.replace(/<caption>[^<]*<\/caption>/, "")],
    ["a link to nowhere", page.replace('href="#space"', 'href="#nowhere"')],
    ["a link out", page.replace('href="#space"', 'href="https://example.com"')],
    ["an id twice", page.replace('id="largest"', 'id="space"')],
    ["a level left out", page.replaceAll("h2", "h3")],
  ])("finds %s", (_, spoilt) => {
    expect(pageProblems(page)).toEqual([]);
    expect(pageProblems(spoilt)).not.toEqual([]);
  });

  it.each(["<p>", "</p>", "<p/ >", "a & b", "<p id=x></p>", "<b></i>"])("refuses to read %s", (part) => {
    expect(() => readHtml(page.replace("<main>", `<main>${part}`))).toThrow();
  });
});
