import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantMarkup, html, lineMarkup } from "./markup.js";

describe("markup", () => {
  it.each([
    ["<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"],
    ['"><script>', "&quot;&gt;&lt;script&gt;"],
    ["it's & so on", "it&#39;s &amp; so on"],
    ["&lt;", "&amp;lt;"],
    ["</pre></code>", "&lt;/pre&gt;&lt;/code&gt;"],
    ["<!-- -->", "&lt;!-- --&gt;"],
    ["a\u202eb", "a\\u{202e}b"],
    ["a\u0000\u001b[2Jb", "a\\u{0}\\u{1b}[2Jb"],
    ["zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"],
    ["half \ud800", "half \\u{d800}"],
    ["line\nend\u2028", "line\\u{a}end\\u{2028}"],
    ["שלום 世界", "שלום 世界"],
  ])("shows %j as %s, in elements and in attributes", (text, shown) => {
    expect(html`<p title="${text}">${text}</p>`.markup).toBe(`<p title="${shown}">${shown}</p>`);
  });

  it("takes numbers, lists, markup and nothing", () => {
    const item = html`<li>${1}</li>`;
    expect(html`${[item, [item, "<"]]}${undefined}${constantMarkup("<hr>")}`.markup).toBe(
      "<li>1</li><li>1</li>&lt;<hr>",
    );
  });

  it("never lets text become markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const { markup } of [html`${text}`, lineMarkup(text, 50)]) {
          expect(markup).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
          expect(markup).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        }
      }),
    );
  });

  it("cuts long lines, says by how much, and keeps tabs", () => {
    expect(lineMarkup("\tabc<", 10).markup).toBe("\tabc&lt;");
    expect(lineMarkup("x".repeat(2_000), 3).markup).toBe("xxx … (1,997 more characters)");
  });
});
