import { describe, expect, it } from "vitest";
import { pageProblems, readHtml, textOf } from "./html-document.testing.js";
import { headings, rowsOf, treeRows } from "./page-readers.testing.js";
import { EVIL, file, input, roles, SHOWN, shown } from "./samples.testing.js";
import { renderShowPage, type ShowPageInput } from "./show-page.js";

describe("the page of a bundle", () => {
  const page = renderShowPage(input);

  it("is sound, loads nothing, and runs nothing but its own script", () => {
    expect(pageProblems(page)).toEqual([]);
    expect(pageProblems(renderShowPage({ ...input, content: undefined }))).toEqual([]);
  });

  it("shows names from elsewhere as they are, and none as markup", () => {
    const text = textOf(readHtml(page));
    for (const each of [`key ${SHOWN}`, `value ${SHOWN}`, `application/vnd.acme+${SHOWN}`, `s3${SHOWN}`])
      expect(text).toContain(each);
    expect(text).toContain(`${SHOWN} → ${SHOWN} link`);
    expect(page).not.toMatch(/[\u0000\u202e]/);
  });

  it("says what takes the space by layer, role and store", () => {
    expect(headings(page)).toEqual([
      "ghcr.io/acme/app:v1",
      "What takes the space",
      "By layer",
      "By role",
      "By store",
      "Largest files",
      "Files by folder",
      "About the bundle",
      "Annotations",
    ]);
    expect(rowsOf(page, "Layers")).toEqual([
      ["Layer", "Files", "Size", "Share", "Stored", "Lies in"],
      ["1 weights", "1", "3.0 MiB", "99 %", "3.0 MiB", "big (1 blob)"],
      ["2 code", "2", "10 B", "<1 %", "8 B", "registry (1 blob)"],
    ]);
    expect(rowsOf(page, "Roles").slice(1)).toEqual([
      ["runtime default", "2", "10 B", "2.0 KiB", "5", "code"],
      ["everything", "3", "3.0 MiB", "3.0 MiB", "7", "all of them"],
    ]);
    expect(
      rowsOf(page, "Stores")
        .slice(1)
        .map((row) => row.slice(3)),
    ).toEqual([
      ["1", "8 B", "<1 %", "code"],
      ["1", "3.0 MiB", "99 %", "weights"],
    ]);
    expect(rowsOf(page, "The largest of 3 files")[1]).toEqual(["weights/a.bin", "3.0 MiB", "weights", "big"]);
  });

  it("lists files by folder, the largest first, each with its share", () => {
    expect(treeRows(page)).toEqual([
      "weights/ 1 file | 3.0 MiB | 99 %",
      "a.bin | 3.0 MiB | 99 %",
      "src/ 2 files | 10 B | <1 %",
      "run.sh executable | 6 B | <1 %",
      `${SHOWN}/ 1 file | 4 B | <1 %`,
      `${SHOWN} → ${SHOWN} link | 4 B | <1 %`,
    ]);
  });

  it("is the same for the same bundle, and has a date only where one is given", () => {
    const reversed = { ...input.content, files: [...(input.content?.files ?? [])].reverse() };
    expect(renderShowPage({ ...input, content: reversed as ShowPageInput["content"] })).toBe(page);
    expect(page).not.toContain("dated");
    expect(renderShowPage({ ...input, dated: 1_700_000_000 })).toContain("dated 2023-11-14 22:13:20 UTC");
  });

  it("of one file has what is known of that file", () => {
    const one = renderShowPage({ shown: { ...shown, file: file(EVIL, 2_048) }, version: "1" });
    expect(pageProblems(one)).toEqual([]);
    expect(headings(one)).toEqual([`ghcr.io/acme/app:v1//${SHOWN}`, "The file", "About the bundle"]);
    expect(textOf(readHtml(one))).toContain("2.0 KiB (2,048 bytes)");
  });

  it("of another tool's empty artifact is sound, too", () => {
    const empty = renderShowPage({
      shown: { ...shown, bale: false, files: 0, size: 0, layers: [], roles: [], annotations: {} },
      content: { roles: { ...roles, roles: [], layers: [] }, stores: [], files: [] },
      version: "1",
    });
    expect(pageProblems(empty)).toEqual([]);
    expect(textOf(readHtml(empty))).toContain("another tool");
  });
});
