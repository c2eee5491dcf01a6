import { BaleError, type JsonValue, LIMITS } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thrownCode } from "../thrown-code.testing.js";
import { canonicalJson } from "./canonical-json.js";
import { parseJson } from "./parse-json.js";

const encoder = new TextEncoder();
const options = { maxBytes: 4 * 1024 * 1024, what: "the document" };
const parse = (text: string | Uint8Array): JsonValue =>
  parseJson(typeof text === "string" ? encoder.encode(text) : text, options);

describe("parseJson", () => {
  it("agrees with JSON.parse on every value that JSON can hold", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (/"(?:__proto__|constructor|prototype)"\s*:/.test(text)) return;
        if (/\\ud[89a-f]/i.test(text)) return;
        expect(JSON.stringify(parse(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it("refuses what JSON.parse refuses, whatever the text", () => {
    const soup = fc
      .array(
        fc.constantFrom(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          '"',
          "\\",
          "1",
          "-",
          ".",
          "e",
          "0",
          " ",
          "true",
          "null",
          "a",
          "\n",
          "u",
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(soup, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const ours = thrownCode(() => parse(text));
        if (!valid) expect(ours).toBe("INDEX_INVALID");
        else if (ours !== "accepted") expect(text).toMatch(/"(.*)"\s*:.*"\1"\s*:/s);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["a key twice", '{"a":1,"b":2,"a":1}'],
    ["a key twice in another spelling", '{"a":1,"\\u0061":2}'],
    ["the key __proto__", '{"__proto__":{"x":1}}'],
    ["the key __proto__, escaped", '{"\\u005f_proto__":{"x":1}}'],
    ["the key constructor", '{"a":{"constructor":1}}'],
    ["the key prototype", '[{"prototype":1}]'],
    ["a byte order mark", "\ufeff{}"],
    ["an infinite number", "1e999"],
    ["a word that is no number", "NaN"],
    ["a minus alone", "-"],
    ["a leading zero", "01"],
    ["a leading plus", "+1"],
    ["a fraction without digits", "1."],
    ["a number of ten thousand digits", "9".repeat(10_000)],
    ["a raw line end in a string", '"a\nb"'],
    ["a raw line end after an escape", '"\\t\n"'],
    ["a bad escape", '"\\x41"'],
    ["half of a surrogate pair", '"\\ud83d"'],
    ["the wrong half of a surrogate pair", '"\\ude00\\ud83d"'],
    ["an open string", '"abc'],
    ["a string that ends in its escape", '"abc\\'],
    ["an open array", "[1,2"],
    ["a trailing comma", "[1,]"],
    ["a key without quotes", "{a:1}"],
    ["something after the value", "{} {}"],
    ["nothing", ""],
    ["white space of another kind", "\u00a01"],
    ["a comment", "/**/1"],
  ])("refuses %s", (_name, text) => {
    expect(thrownCode(() => parse(text))).toBe("INDEX_INVALID");
  });

  it.each([
    ["a lone continuation byte", [0x22, 0x80, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a cut sequence", [0x22, 0xe2, 0x82, 0x22]],
  ])("refuses %s", (_name, bytes) => {
    expect(thrownCode(() => parse(Uint8Array.from(bytes)))).toBe("INDEX_INVALID");
  });

  it("stops at its limits of bytes, depth and values, however deep or wide the document", () => {
    const depth = LIMITS.jsonDepth;
    expect(thrownCode(() => parse("[".repeat(depth) + "]".repeat(depth)))).toBe("accepted");
    expect(thrownCode(() => parse("[".repeat(depth + 1) + "]".repeat(depth + 1)))).toBe("LIMIT");
    expect(thrownCode(() => parse("[".repeat(200_000)))).toBe("LIMIT");
    expect(thrownCode(() => parse('{"a":'.repeat(200_000)))).toBe("LIMIT");
    expect(thrownCode(() => parse(`[${"0,".repeat(LIMITS.jsonValues)}0]`))).toBe("LIMIT");
    expect(thrownCode(() => parseJson(encoder.encode("[1,2]"), { maxBytes: 4, what: "it" }))).toBe("LIMIT");
    expect(thrownCode(() => parseJson(encoder.encode("[1,2]"), { maxBytes: 5, what: "it" }))).toBe(
      "accepted",
    );
  });

  it("throws the code that it was asked for", () => {
    const manifest = { ...options, code: "MANIFEST_INVALID" } as const;
    expect(thrownCode(() => parseJson(encoder.encode("{"), manifest))).toBe("MANIFEST_INVALID");
  });

  it("gives objects without a prototype", () => {
    const value = parse('{"a":{"toString":1}}') as { readonly a: object };
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.getPrototypeOf(value.a)).toBeNull();
  });
});

describe("canonicalJson", () => {
  const text = (value: JsonValue): string => new TextDecoder().decode(canonicalJson(value));

  it("sorts keys by the bytes of their UTF-8, which is not the order of UTF-16", () => {
    expect(text({ "\u{1f600}": 1, "\uffe0": 2, b: 3, a: 4, "10": 5, "9": 6 })).toBe(
      '{"10":5,"9":6,"a":4,"b":3,"\uffe0":2,"\u{1f600}":1}',
    );
  });

  it("writes the same bytes for the same value, whatever the order of its members", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(text(reversed as JsonValue)).toBe(text(value as JsonValue));
        expect(JSON.parse(text(value as JsonValue))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("refuses a number that JSON cannot hold", () => {
    expect(() => canonicalJson([Number.NaN])).toThrowError(BaleError);
  });
});
