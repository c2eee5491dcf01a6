import type { DiffResult } from "@bale/sdk";
import type { BundlePath } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { renderDiffPage } from "./diff-page.js";
import { elementsOf, pageProblems, readHtml, textOf } from "./html-document.testing.js";
import { headings, rowsOf, treeRows } from "./page-readers.testing.js";
import { diff, EVIL, SHOWN, state } from "./samples.testing.js";

describe("the page of a comparison", () => {
  const page = renderDiffPage({ diff, withTexts: true, version: "1.2.3" });

  it("is sound, loads nothing, and runs nothing but its own script", () => {
    expect(pageProblems(page)).toEqual([]);
    expect(renderDiffPage({ diff, withTexts: true, version: "1.2.3" })).toBe(page);
  });

  it("shows what changed as a tree with words, marks and sizes", () => {
    expect(headings(page)).toEqual([
      "4 changes",
      "By layer",
      "Changed files by folder",
      "Text diffs",
      "+ added a/new.txt",
    ]);
    expect(treeRows(page)).toEqual([
      "a/ 2 files | 1 added, 1 changed | +1.0 KiB",
      `~ modified ${SHOWN} | 1000 B → 2.0 KiB | +1.0 KiB`,
      "+ added new.txt | +9 B",
      "b/ 2 files | 1 removed, 1 changed | −2.9 KiB",
      "− removed gone | −2.9 KiB",
      `→ renamed moved from ${SHOWN} (code → data) | 5 B | ±0 B`,
    ]);
    expect(rowsOf(page, "Changed files by layer")).toEqual([
      ["Layer", "Files", "Before", "After", "Difference"],
      ["data", "2", "2.9 KiB", "5 B", "−2.9 KiB"],
      ["code", "3", "1005 B", "2.0 KiB", "+1.0 KiB"],
    ]);
  });

  it("has the lines of texts with their marks and numbers, says what has none, and leads from the tree to them", () => {
    const elements = elementsOf(readHtml(page));
    const [line, ...others] = elements.filter(({ name }) => name === "ins");
    expect(others).toEqual([]);
    expect(line && textOf(line)).toBe("+<script>alert(1)</script>\\u{202e}");
    expect(line?.attributes).toEqual({ "data-line": "1" });
    expect(textOf(readHtml(page))).toContain("Without a text diff: 1 binary, 1 over 1 MiB.");
    const links = elements.filter(({ name, attributes }) => name === "a" && attributes["href"] === "#text-1");
    expect(links.map(textOf)).toEqual(["new.txt"]);
  });

  it("says so when nothing differs, and when contents were not looked at", () => {
    const none = renderDiffPage({ diff: { ...diff, changes: [] }, withTexts: true, version: "1" });
    expect(pageProblems(none)).toEqual([]);
    expect(headings(none)).toEqual(["No differences", "Changed files"]);
    const sizes = renderDiffPage({ diff, withTexts: false, version: "1" });
    expect(pageProblems(sizes)).toEqual([]);
    expect(sizes).not.toContain("alert(1)&lt;/script");
    expect(textOf(readHtml(sizes))).toContain("contents were not looked at");
  });

  it("says who changed what", () => {
    const at = (path: string) => ({ path: path as BundlePath, held: true, selected: true });
    const verdicts = [
      {
        ...at(EVIL),
        verdict: "local-change",
        base: state("1", 1),
        local: state("2", 2),
        remote: state("1", 1),
      },
      {
        ...at("both"),
        verdict: "conflict",
        base: state("1", 1),
        local: state("2", 2),
        remote: state("3", 3),
      },
    ] as unknown as NonNullable<DiffResult["verdicts"]>;
    const told = renderDiffPage({ diff: { ...diff, verdicts }, withTexts: false, version: "1" });
    expect(pageProblems(told)).toEqual([]);
    expect(rowsOf(told, "Changed here (1 path)")[1]).toEqual([SHOWN, "modified"]);
    expect(rowsOf(told, "Conflicts")[1]).toEqual(["both", "changed here, changed there"]);
  });
});
