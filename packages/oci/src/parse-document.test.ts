import { BaleError } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "./parse-document.js";

const read = (text: string | Uint8Array) =>
  parseDocument(typeof text === "string" ? Buffer.from(text) : text, "the list", "SERVER");

describe("a JSON document from elsewhere", () => {
  it("reads as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 20 })), (value) => {
        const text = JSON.stringify(value);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(["", "null", "[]", '"text"', "1", "{", '{"a":}', "\ufeff{}", "<html>"])(
    "is refused as %j",
    (text) => {
      expect(() => read(text)).toThrow(expect.objectContaining({ code: "SERVER" }));
    },
  );

  it("is refused when it is no UTF-8", () => {
    expect(() => read(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow(BaleError);
  });

  it("may be 64 levels deep and no deeper, whatever its strings hold", () => {
    const nested = (levels: number) => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    expect(() => read(nested(64))).not.toThrow();
    expect(() => read(nested(65))).toThrow(expect.objectContaining({ code: "LIMIT" }));
    expect(() => read("[".repeat(200_000))).toThrow(expect.objectContaining({ code: "LIMIT" }));
    expect(read(JSON.stringify({ a: `"\\${"[{".repeat(500)}` }))).toEqual({ a: `"\\${"[{".repeat(500)}` });
  });
});
