import { gunzipSync } from "node:zlib";
import { type BlobRef, type FileRow, LIMITS, parseBundlePath, type StoreName } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deflater, hasher, inflater, sha256 } from "../node-ports.testing.js";
import { thrownCode } from "../thrown-code.testing.js";
import { arbitraryRows, numbered } from "./arbitrary-rows.testing.js";
import { decodeTable } from "./decode-table.js";
import { type EncodedTable, encodeTables } from "./encode-tables.js";

const ports = { hasher, deflater };
const decodeAll = (tables: readonly EncodedTable[]): FileRow[] =>
  tables.flatMap(({ bytes, ref }) => [...decodeTable(bytes, ref, { inflater, hasher })]);
const textOf = (table: EncodedTable | undefined): string =>
  gunzipSync(table?.bytes ?? new Uint8Array()).toString();

const file = (path: string, size: number, blob: BlobRef): FileRow => ({
  path: parseBundlePath(path),
  kind: "file",
  digest: numbered(size),
  size,
  extents: [{ blob, offset: 0, length: size }],
});

describe("encodeTables", () => {
  it("gives rows that decodeTable reads back as they were", () => {
    fc.assert(
      fc.property(arbitraryRows, (rows) => {
        const tables = encodeTables(rows, ports);
        expect(decodeAll(tables)).toEqual(rows);
        for (const { bytes, ref } of tables) {
          expect(ref.digest).toBe(sha256(bytes));
          expect(ref.size).toBe(bytes.length);
        }
      }),
    );
  });

  it("gives the same bytes for rows that were read back", () => {
    fc.assert(
      fc.property(arbitraryRows, (rows) => {
        const tables = encodeTables(rows, ports);
        expect(encodeTables(decodeAll(tables), ports)).toEqual(tables);
      }),
      { numRuns: 30 },
    );
  });

  it("writes the text of the format, blobs in order of their first use, a blob of two stores twice", () => {
    const one: BlobRef = { digest: numbered(1), size: 900 };
    const two: BlobRef = { digest: numbered(2), size: 50 };
    const coldTwo: BlobRef = { ...two, store: "cold" as StoreName };
    const hex = (index: number): string => numbered(index).slice(7);
    const rows: FileRow[] = [
      {
        ...file("a", 7, one),
        extents: [{ blob: two, offset: 3, length: 4, member: { skip: 512, take: 7 } }],
      },
      { ...file("b", 0, one), digest: sha256(""), extents: [] },
      {
        ...file("c", 30, one),
        kind: "exec",
        extents: [
          { blob: one, offset: 0, length: 10 },
          { blob: coldTwo, offset: 30, length: 20 },
        ],
        trailing: [{ later: 1 }],
      },
      { path: parseBundlePath("d"), kind: "link", digest: sha256("b"), size: 1, target: "b", extents: [] },
    ];
    expect(textOf(encodeTables(rows, ports)[0])).toBe(
      `{"blobs":[["${hex(2)}",50],["${hex(1)}",900],["${hex(2)}",50,"cold"]]}\n` +
        `["a",0,"${hex(7)}",7,[[0,3,4,512,7]]]\n` +
        `["b",0,"${sha256("").slice(7)}",0,[]]\n` +
        `["c",1,"${hex(30)}",30,[[1,0,10],[2,30,20]],{"later":1}]\n` +
        `["d",2,"${sha256("b").slice(7)}",1,"b"]\n`,
    );
  });

  it("begins with the fixed gzip header", () => {
    const bytes = encodeTables([file("a", 1, { digest: numbered(1), size: 1 })], ports)[0]?.bytes;
    expect([...(bytes?.subarray(0, 10) ?? [])]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  });

  it("gives no table for no rows", () => {
    expect(encodeTables([], ports)).toEqual([]);
  });

  it("splits after 65,536 rows", () => {
    function* rows(): Generator<FileRow> {
      for (let index = 0; index <= LIMITS.tableRows; index++)
        yield {
          path: parseBundlePath(String(index).padStart(6, "0")),
          kind: "file",
          digest: sha256(""),
          size: 0,
          extents: [],
        };
    }
    const tables = encodeTables(rows(), ports);
    expect(tables.map(({ ref }) => [ref.files, ref.first])).toEqual([
      [LIMITS.tableRows, "000000"],
      [1, "065536"],
    ]);
  });

  it("splits before a table would pass its decoded bytes, and numbers blobs anew", () => {
    const filler = ["x".repeat(15_000)];
    const rowsNeeded = 4_700;
    function* rows(): Generator<FileRow> {
      for (let index = 0; index < rowsNeeded; index++) {
        const blob = { digest: numbered(index % 7), size: 100 };
        yield { ...file(String(index).padStart(6, "0"), 1 + (index % 9), blob), trailing: filler };
      }
    }
    const tables = encodeTables(rows(), {
      hasher,
      deflater: { ...deflater, deflateRaw: (bytes) => deflater.deflateRaw(bytes, 0) },
    });
    expect(tables.length).toBe(2);
    for (const table of tables)
      expect(gunzipSync(table.bytes).length).toBeLessThanOrEqual(LIMITS.tableDecodedBytes);
    expect(tables.reduce((sum, { ref }) => sum + ref.files, 0)).toBe(rowsNeeded);
    let read = 0;
    for (const table of tables) for (const _ of decodeTable(table.bytes, table.ref, { inflater })) read++;
    expect(read).toBe(rowsNeeded);
  });

  it("refuses to write again a row whose extents it does not know", () => {
    const row: FileRow = {
      ...file("a", 5, { digest: numbered(1), size: 5 }),
      extents: [],
      unknownExtents: true,
    };
    expect(thrownCode(() => encodeTables([row], ports))).toBe("UNSUPPORTED");
  });

  it("writes nothing that it would not read", () => {
    const blob: BlobRef = { digest: numbered(1), size: 5 };
    const good = file("a", 5, blob);
    const cases: readonly [string, readonly FileRow[]][] = [
      ["INDEX_INVALID", [good, good]],
      ["INDEX_INVALID", [{ ...good, path: parseBundlePath("b") }, good]],
      ["INDEX_INVALID", [{ ...good, size: 6 }]],
      ["INDEX_INVALID", [{ ...good, extents: [{ blob, offset: 1, length: 5 }] }]],
      ["INDEX_INVALID", [{ ...good, extents: [{ blob, offset: 0, length: Number.NaN }] }]],
      ["INDEX_INVALID", [good, { ...file("b", 4, { ...blob, size: 4 }) }]],
      ["INDEX_INVALID", [{ ...good, target: "x" }]],
      ["INDEX_INVALID", [{ ...good, kind: "link" }]],
      ["LIMIT", [{ ...good, trailing: ["x".repeat(LIMITS.rowBytes)] }]],
      ["LINK_UNSAFE", [{ ...good, kind: "link", target: "../x", size: 4, extents: [] }]],
    ];
    for (const [code, rows] of cases) expect(thrownCode(() => encodeTables(rows, ports))).toBe(code);
  });
});
