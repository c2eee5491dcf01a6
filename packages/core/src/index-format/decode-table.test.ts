import { gzipSync } from "node:zlib";
import { type Inflater, LIMITS, parseBundlePath, type TableRef } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasher, inflater, sha256 } from "../node-ports.testing.js";
import { thrownCode } from "../thrown-code.testing.js";
import { numbered } from "./arbitrary-rows.testing.js";
import { decodeTable } from "./decode-table.js";

const hex = (index: number): string => numbered(index).slice(7);
const EMPTY = sha256("").slice(7);
const MiB = 1024 * 1024;
const HEAD = `{"blobs":[["${hex(0)}",1000],["${hex(1)}",${100 * MiB},"cold"]]}\n`;

interface Told {
  readonly files?: number;
  readonly first?: string;
}
function refOf(bytes: Uint8Array, rows: readonly string[], told: Told): TableRef {
  const first = told.first ?? (JSON.parse(rows[0] ?? '["a"]') as [string])[0];
  return {
    digest: sha256(bytes),
    size: bytes.length,
    files: told.files ?? rows.length,
    first: first as TableRef["first"],
  };
}
/** The code for a table of these rows under the usual head. */
function codeOf(rows: readonly string[], told: Told = {}): string {
  const bytes = gzipSync(HEAD + rows.map((row) => `${row}\n`).join(""));
  return thrownCode(() =>
    decodeTable(bytes, refOf(bytes, rows, { first: "a", ...told }), { inflater, hasher }),
  );
}
/** The code for a table of exactly this decoded text. */
function codeOfText(text: string | Uint8Array, files = 1): string {
  const bytes = gzipSync(text);
  return thrownCode(() => decodeTable(bytes, refOf(bytes, [], { files, first: "a" }), { inflater, hasher }));
}
const row = (where: string, size: number | string = 10): string => `["a",0,"${hex(9)}",${size},${where}]`;
const good = row("[[0,0,10]]");

describe("decodeTable", () => {
  it.each([
    ["plain extents that overlap", row("[[0,0,6],[0,3,4]]")],
    ["a member extent", row("[[0,990,10,0,10]]")],
    ["the largest skip", row(`[[1,0,${MiB},${LIMITS.extentSkipBytes},10]]`)],
    ["no bytes", `["a",0,"${EMPTY}",0,[]]`],
    ["an executable", `["a",1,"${hex(9)}",10,[[0,0,10]]]`],
    ["a link", `["a",2,"${sha256("b/c").slice(7)}",3,"b/c"]`],
    ["trailing members", `["a",0,"${hex(9)}",10,[[0,0,10]],{"x":[1]},null]`],
  ])("reads a row with %s", (_name, text) => {
    expect(codeOf([text])).toBe("accepted");
  });

  it.each([
    ["no array", '{"a":1}'],
    ["no JSON", '["a",0,'],
    ["four members", `["a",0,"${hex(9)}",10]`],
    ["a number for a path", `[7,0,"${hex(9)}",10,[[0,0,10]]]`],
    ["a kind of 3", `["a",3,"${hex(9)}",10,[[0,0,10]]]`],
    ["a kind of -1", `["a",-1,"${hex(9)}",10,[[0,0,10]]]`],
    ["a kind of -0", `["a",-0,"${hex(9)}",10,[[0,0,10]]]`],
    ["a kind of half", `["a",0.5,"${hex(9)}",10,[[0,0,10]]]`],
    ["a kind in quotes", `["a","0","${hex(9)}",10,[[0,0,10]]]`],
    ["a digest in upper case", `["a",0,"${hex(9).toUpperCase()}",10,[[0,0,10]]]`],
    ["a digest with its algorithm", `["a",0,"sha256:${hex(9)}",10,[[0,0,10]]]`],
    ["a short digest", `["a",0,"${hex(9).slice(1)}",10,[[0,0,10]]]`],
    ["a digest of a path", '["a",0,"../../etc",10,[[0,0,10]]]'],
    ["a negative size", row("[[0,0,10]]", -10)],
    ["a size of -0", `["a",0,"${EMPTY}",-0,[]]`],
    ["half a byte", row("[[0,0,10]]", 10.5)],
    ["a size past 2^53 - 1", row("[[0,0,10]]", "9007199254740992")],
    ["an endless size", row("[[0,0,10]]", "1e999")],
    ["a size in quotes", row("[[0,0,10]]", '"10"')],
    ["another digest for no bytes", `["a",0,"${hex(9)}",0,[]]`],
    ["extents for no bytes", `["a",0,"${EMPTY}",0,[[0,0,1]]]`],
    ["a sum below its size", row("[[0,0,9]]")],
    ["a sum above its size", row("[[0,0,6],[0,0,5]]")],
    ["a sum that wraps past 2^53", row(`[[1,0,10,0,9007199254740991],[1,0,10,0,9007199254740991]]`)],
    ["a length of none", row("[[0,0,0],[0,0,10]]")],
    ["a take of none", row("[[0,0,10],[0,0,5,0,0]]")],
    ["a negative offset", row("[[0,-1,10]]")],
    ["an offset of half a byte", row("[[0,0.5,10]]")],
    ["a range past the end of its blob", row("[[0,991,10]]")],
    ["an offset that wraps past 2^53", row("[[0,9007199254740991,10]]")],
    ["a length past the whole blob", row("[[0,0,1001,0,10]]")],
    ["a blob that is not in the list", row("[[2,0,10]]")],
    ["a negative blob", row("[[-1,0,10]]")],
    ["a blob of half", row("[[0.5,0,10]]")],
    ["a skip that is a text", row('[[0,0,10,"0",10]]')],
    ["an extent that is a number", row("[7]")],
    ["an extent that is null", row("[null]")],
    ["a text for extents", row('"b"')],
    ["an object for extents", row('{"0":[0,0,10]}')],
    ["a link with extents", `["a",2,"${hex(9)}",10,[[0,0,10]]]`],
    ["a link whose size is not that of its target", `["a",2,"${sha256("b").slice(7)}",2,"b"]`],
    ["a link whose digest is not that of its target", `["a",2,"${hex(9)}",1,"b"]`],
    ["trailing members with a key twice", `["a",0,"${hex(9)}",10,[[0,0,10]],{"x":1,"x":2}]`],
    ["trailing members with a prototype", `["a",0,"${hex(9)}",10,[[0,0,10]],{"__proto__":1}]`],
  ])("refuses a row with %s", (_name, text) => {
    expect(codeOf([text])).toBe("INDEX_INVALID");
  });

  it.each([
    ["LIMIT", "skips more than 8 MiB", row(`[[1,0,10000,${LIMITS.extentSkipBytes + 1},10]]`)],
    ["LIMIT", "is larger than 16 KiB", row(`[${"[0,0,1],".repeat(2100)}[0,0,1]]`, 2101)],
    ["LIMIT", "is larger than 1 MiB", row(`[[0,0,10]],"${"x".repeat(MiB)}"`)],
    [
      "LIMIT",
      "is larger than 16 KiB in bytes, not in characters",
      row(`[[0,0,10]],"${"\u65e5".repeat(6000)}"`),
    ],
    ["LIMIT", "has trailing members nested too deep", row(`[[0,0,10]],${"[".repeat(100)}${"]".repeat(100)}`)],
    ["UNSAFE_PATH", "leaves the tree", `["../a",0,"${hex(9)}",10,[[0,0,10]]]`],
    ["UNSAFE_PATH", "names a control folder", `[".bale/state",0,"${hex(9)}",10,[[0,0,10]]]`],
    ["NAME_ENCODING", "has half a surrogate pair", `["a\\ud800",0,"${hex(9)}",10,[[0,0,10]]]`],
    ["NAME_UNPORTABLE", "is a device", `["aux",0,"${hex(9)}",10,[[0,0,10]]]`],
    ["LINK_UNSAFE", "is a link out of the tree", `["a",2,"${sha256("../b").slice(7)}",4,"../b"]`],
    ["LINK_UNSAFE", "is a link to the root of the system", `["a",2,"${sha256("/etc").slice(7)}",4,"/etc"]`],
    ["LINK_UNSAFE", "is a link to nothing", `["a",2,"${EMPTY}",0,""]`],
  ])("refuses with %s a row that %s", (code, _name, text) => {
    expect(codeOf([text])).toBe(code);
  });

  it("holds expansion to 1000:1 once more than 10 MiB are decoded", () => {
    const expanding = (take: number, length: number, skip = 0): string =>
      row(`[[1,0,${length},${skip},${take}]]`, take);
    expect(codeOf([expanding(10 * MiB, 1)])).toBe("accepted");
    expect(codeOf([expanding(10 * MiB + 1, 1)])).toBe("LIMIT");
    expect(codeOf([expanding(50_000_000, 50_000)])).toBe("accepted");
    expect(codeOf([expanding(50_000_001, 50_000)])).toBe("LIMIT");
    // What is decoded only to be dropped costs as much as what is kept.
    expect(codeOf([row(`[${new Array(10).fill(`[1,0,10,${LIMITS.extentSkipBytes},1]`).join(",")}]`)])).toBe(
      "LIMIT",
    );
  });

  it("marks only the rows whose extents it does not know", () => {
    const other = (path: string, where: string): string => `["${path}",0,"${hex(9)}",10,${where}]`;
    const rows = [
      other("a", "[[0,0,10]]"),
      other("b", '[{"delta":1}]'),
      other("c", "[[0,0,10,0]]"),
      other("d", '[["chunk",0,10]]'),
      other("e", "[[0,0,5],[0,0,5,0,5,5]]"),
      other("f", `${"[".repeat(7000)}${"]".repeat(7000)}`),
      other("g", "[[0,0,10]]"),
    ];
    const bytes = gzipSync(HEAD + rows.map((text) => `${text}\n`).join(""));
    const read = [...decodeTable(bytes, refOf(bytes, rows, {}), { inflater })];
    expect(read.map((each) => each.unknownExtents ?? false)).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(read.filter((each) => each.unknownExtents).every((each) => each.extents.length === 0)).toBe(true);
  });

  it("refuses rows that are not strictly sorted by bytes", () => {
    const named = (path: string): string => `["${path}",0,"${hex(9)}",10,[[0,0,10]]]`;
    expect(codeOf([named("a"), named("a-b"), named("a/b"), named("\uffe0"), named("\u{1f600}")])).toBe(
      "accepted",
    );
    expect(codeOf([named("a"), named("a")])).toBe("INDEX_INVALID");
    expect(codeOf([named("a"), named("c"), named("b")])).toBe("INDEX_INVALID");
    expect(codeOf([named("a"), named("\u{1f600}"), named("\uffe0")])).toBe("INDEX_INVALID");
  });

  it("refuses what does not agree with the root", () => {
    expect(codeOf([good], { files: 2 })).toBe("INDEX_INVALID");
    expect(codeOf([good, good.replace('"a"', '"b"')], { files: 1 })).toBe("INDEX_INVALID");
    expect(codeOf([good], { first: "b" })).toBe("INDEX_INVALID");
    expect(codeOf([good], { files: LIMITS.tableRows + 1 })).toBe("LIMIT");
    const bytes = gzipSync(`${HEAD}${good}\n`);
    const ref = { ...refOf(bytes, [good], {}), size: bytes.length + 1 };
    expect(thrownCode(() => decodeTable(bytes, ref, { inflater }))).toBe("INDEX_INVALID");
  });

  it("stops at the row after those that the root names", () => {
    const rows = Array.from(
      { length: LIMITS.tableRows + 1 },
      (_, index) => `["a${String(index).padStart(5, "0")}",0,"${EMPTY}",0,[]]`,
    );
    expect(codeOf(rows, { files: LIMITS.tableRows, first: "a00000" })).toBe("INDEX_INVALID");
  });

  it.each([
    ["no first line", ""],
    ["a first line without an end", '{"blobs":[]}'],
    ["a byte order mark", `\ufeff${HEAD}${good}\n`],
    ["a carriage return after the first line", `${HEAD.trimEnd()}\r\n${good}\n`],
    ["a carriage return after a row", `${HEAD}${good}\r\n`],
    ["no line feed at the end", `${HEAD}${good}`],
    ["an empty line at the end", `${HEAD}${good}\n\n`],
    ["an empty line before the rows", `${HEAD}\n${good}\n`],
    ["white space before a row", `${HEAD} ${good}\n`],
    ["a row first", `${good}\n`],
    ["a list first", `[[]]\n${good}\n`],
    ["no blobs", `{}\n${good}\n`],
    ["blobs that are no list", `{"blobs":{}}\n${good}\n`],
    ["two lists of blobs", `{"blobs":[["${hex(0)}",1000]],"blobs":[]}\n${good}\n`],
    ["a blob without a size", `{"blobs":[["${hex(0)}"]]}\n${good}\n`],
    ["a blob of a negative size", `{"blobs":[["${hex(0)}",-1000]]}\n${good}\n`],
    ["a blob with too many members", `{"blobs":[["${hex(0)}",1000,"cold",1]]}\n${good}\n`],
    ["a blob in a store of a reserved name", `{"blobs":[["${hex(0)}",1000,"registry"]]}\n${good}\n`],
    ["a blob in a store with a path for a name", `{"blobs":[["${hex(0)}",1000,"../x"]]}\n${good}\n`],
    ["a blob with a bad digest", `{"blobs":[["${hex(0).toUpperCase()}",1000]]}\n${good}\n`],
  ])("refuses a table with %s", (_name, text) => {
    expect(codeOfText(text)).toBe("INDEX_INVALID");
  });

  it("refuses bytes that are not UTF-8, in the blob list and in rows", () => {
    const bad = Buffer.from([0xff]);
    expect(
      codeOfText(Buffer.concat([Buffer.from('{"blobs":[],"'), bad, Buffer.from(`":1}\n${good}\n`)])),
    ).toBe("INDEX_INVALID");
    expect(
      codeOfText(Buffer.concat([Buffer.from(`${HEAD}["a`), bad, Buffer.from(`",0,"${hex(9)}",10,[]]\n`)])),
    ).toBe("INDEX_INVALID");
  });

  it("reads a first line with members that it does not know", () => {
    expect(codeOfText(`{"later":[1],"blobs":[["${hex(0)}",1000]]}\n${good}\n`)).toBe("accepted");
  });

  it("bounds the number of blobs and the values of the blob list", () => {
    const blobs = new Array(LIMITS.tableBlobs + 1).fill(`["${hex(0)}",1000]`).join(",");
    expect(codeOfText(`{"blobs":[${blobs}]}\n${good}\n`)).toBe("LIMIT");
    expect(codeOfText(`{"blobs":[${"[],".repeat(LIMITS.jsonValues)}[]]}\n${good}\n`)).toBe("LIMIT");
  });

  it("refuses a gzip bomb before it is inflated", () => {
    const asked: number[] = [];
    const watching: Inflater = {
      gunzip: (bytes, maxBytes) => {
        asked.push(maxBytes);
        return inflater.gunzip(bytes, maxBytes);
      },
    };
    const small = gzipSync(Buffer.alloc(11 * MiB, 0x20), { level: 9 });
    const large = gzipSync(Buffer.alloc(65 * MiB, 0x20), { level: 1 });
    const announced: readonly (readonly [Uint8Array, number])[] = [
      [small, 1],
      [large, 65_536],
      [large, 1],
    ];
    for (const [bytes, files] of announced)
      expect(thrownCode(() => decodeTable(bytes, refOf(bytes, [], { files }), { inflater: watching }))).toBe(
        "LIMIT",
      );
    expect(asked[0]).toBe(Math.max(10 * MiB, small.length * 1000));
    expect(asked[1]).toBe(LIMITS.tableDecodedBytes);
    // What one row and the longest list of blobs can be.
    expect(asked[2]).toBeLessThan(21 * MiB);
  });

  it("refuses damaged gzip", () => {
    const bytes = gzipSync(`${HEAD}${good}\n`);
    const damaged = Uint8Array.from(bytes);
    damaged[bytes.length - 6] = (damaged[bytes.length - 6] as number) ^ 1;
    expect(thrownCode(() => decodeTable(damaged, refOf(damaged, [good], {}), { inflater }))).toBe(
      "INDEX_INVALID",
    );
  });

  it("reads rows lazily: a bad one further on does no harm to those before it", () => {
    const rows = [good, "no row"];
    const bytes = gzipSync(HEAD + rows.map((text) => `${text}\n`).join(""));
    const read = decodeTable(bytes, refOf(bytes, rows, { files: 2 }), { inflater })[Symbol.iterator]();
    expect(read.next().value?.path).toBe("a");
    expect(thrownCode(() => read.next())).toBe("INDEX_INVALID");
  });

  it("answers every change of one character with a table of the promised rows or with a code", () => {
    const text = `${HEAD}${good}\n["b",2,"${sha256("c").slice(7)}",1,"c"]\n`;
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 0, max: 0x7f }), (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        const bytes = gzipSync(changed);
        const ref: TableRef = {
          digest: sha256(bytes),
          size: bytes.length,
          files: 2,
          first: parseBundlePath("a"),
        };
        let rows: unknown[] = [];
        const result = thrownCode(() => {
          rows = [...decodeTable(bytes, ref, { inflater, hasher })];
        });
        if (result === "accepted") expect(rows).toHaveLength(2);
      }),
    );
  });
});
