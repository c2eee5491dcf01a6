import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementsOf, escapeXml, textOf } from "./read-xml.js";

describe("elements of an answer", () => {
  it("are found in order, whatever stands between them", () => {
    expect([...elementsOf("<L><B>1</B> <C/><B><D>2</D></B><B>3", "B")]).toEqual(["1", "<D>2</D>"]);
    expect([...elementsOf("<Blobs></Blobs>", "Blob")]).toEqual([]);
    expect([...elementsOf("<B>1</B>", "B>|.*")]).toEqual([]);
  });

  it("have text with entities, of which unknown ones stay", () => {
    expect(textOf("<N>a&amp;b&lt;&#65;&#x42;&nbsp;&#x110000;</N>", "N")).toBe("a&b<AB&nbsp;&#x110000;");
    expect(textOf("<NextMarker/>", "NextMarker")).toBeUndefined();
    expect(textOf("<N>&constructor;</N>", "N")).toBe("&constructor;");
  });

  it("bring back any text that was escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, around) => {
        fc.pre(!around.includes("<"));
        expect(textOf(`${around}<Name>${escapeXml(text)}</Name>${around}`, "Name")).toBe(text);
      }),
    );
  });

  it("are read from anything without failing, in time that grows with its length", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("<B>", "</B>", "&#", ";", "9", "x")), (parts) => {
        for (const inner of elementsOf(parts.join(""), "B")) expect(inner).not.toContain("</B>");
      }),
    );
    expect([...elementsOf("<B>".repeat(200_000), "B")]).toEqual([]);
  });
});
