import { describe, expect, it } from "vitest";
import { pageProblems, readHtml, textOf } from "./html-document.testing.js";
import { renderDiffPage, renderShowPage } from "./render-page.js";
import { changes, diff, file, input, MEGA, roles, shown, state } from "./samples.testing.js";

describe("pages of very much", () => {
  const COUNT = 100_000;
  const path = (index: number) => `data/${index % 700}/${"long-name-".repeat(10)}${index}.bin`;

  it("fold 100,000 files and count what is not listed", () => {
    const files = Array.from({ length: COUNT }, (_, index) => file(path(index), 1 + (index % 9_000)));
    const page = renderShowPage({ ...input, content: { roles, stores: [], files } });
    expect(page.length).toBeLessThan(2 * MEGA);
    expect(pageProblems(page)).toEqual([]);
    const text = textOf(readHtml(page));
    expect(text).toContain("data/ 100,000 files");
    expect(text).toMatch(/and \d\d,\d{3} more files/);
  });

  it("fold 100,000 changes with texts, and say how many texts are not shown", () => {
    const line = `+${"<".repeat(900)}\n`;
    const many = Array.from({ length: COUNT }, (_, index) => ({
      path: path(index),
      change: "added" as const,
      after: state("1", index),
      ...(index < 2_000 ? { patch: { text: `@@ -0,0 +1,40 @@\n${line.repeat(40)}` } } : {}),
    }));
    const page = renderDiffPage({ diff: { ...diff, changes: many }, withTexts: true, version: "1" });
    expect(page.length).toBeLessThan(4 * MEGA);
    expect(pageProblems(page)).toEqual([]);
    expect(textOf(readHtml(page))).toMatch(/Without a text diff: 99,9\d\d more than a page holds/);
  });

  it("stay small where every name is as long and as hostile as it can be", () => {
    const evil = "\u202e".repeat(80);
    const long = Array.from({ length: 16 }, () => evil).join("/");
    const files = Array.from({ length: 2_000 }, (_, index) => file(`${long}/${evil}${index}`, index));
    const annotations = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`${index} ${"<".repeat(3_000)}`, "&".repeat(3_000)]),
    );
    const page = renderShowPage({
      ...input,
      shown: { ...shown, annotations },
      content: { roles, stores: [], files },
    });
    expect(page.length).toBeLessThan(6 * MEGA);
    expect(pageProblems(page)).toEqual([]);
    expect(page).toContain("and 900 more annotations");
  });

  it("cut a text of very many lines, and say by how much", () => {
    const text = `@@ -0,0 +1,5000 @@\n${"+line\n".repeat(5_000)}`;
    const [first] = changes;
    const page = renderDiffPage({
      diff: { ...diff, changes: first ? [{ ...first, patch: { text } }] : [] },
      withTexts: true,
      version: "1",
    });
    expect(page).toContain("and 4,000 more lines");
    expect(page.match(/<ins/g)).toHaveLength(1_000);
  });
});
