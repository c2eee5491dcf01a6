import type { BlobRef, BundlePath, Digest, Extent, FileRow } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planRanges } from "./plan-ranges.js";

const KiB = 1024;
const MiB = 1024 * KiB;
const GAP = 256 * KiB;
const REQUEST = 32 * MiB;

function digest(name: string): Digest {
  return `sha256:${Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64)}` as Digest;
}
function file(path: string, extents: readonly Extent[]): FileRow {
  const size = extents.reduce((sum, { length, member }) => sum + (member?.take ?? length), 0);
  return { path: path as BundlePath, kind: "file", digest: digest(path), size, extents };
}
function blobOf(name: string, size: number): BlobRef {
  return { digest: digest(name), size };
}

/** A blob cut into pieces, some of them wanted, some by several files. */
const wantedBlob = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    pieces: fc.array(
      fc.record({
        length: fc.oneof(
          fc.integer({ min: 1, max: 10 * KiB }),
          fc.integer({ min: 1, max: 3 * MiB }),
          fc.integer({ min: 1, max: 50 * MiB }),
        ),
        member: fc.boolean(),
        users: fc.nat({ max: 3 }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
  })
  .map(({ name, pieces }) => {
    const blob = blobOf(
      name,
      pieces.reduce((sum, piece) => sum + piece.length, 0),
    );
    let offset = 0;
    const rows = pieces.flatMap((piece, index) => {
      const { length, member, users } = piece;
      const at = offset;
      offset += length;
      return Array.from({ length: member ? users : Math.min(users, 1) }, (_, user) =>
        file(`${name}${blob.size}/${index}/${user}`, [
          { blob, offset: at, length, ...(member ? { member: { skip: user * 100, take: 100 } } : {}) },
        ]),
      );
    });
    return { blob, rows };
  });

describe("the plan of requests", () => {
  it("covers each wanted piece once, in bounded requests, and reads no more than it must", () => {
    fc.assert(
      fc.property(fc.array(wantedBlob, { maxLength: 3 }), fc.boolean(), (blobs, backwards) => {
        const rows = blobs.flatMap((blob) => blob.rows);
        // The same blob may come twice out of the generator; one path has one row.
        const distinct = [...new Map(rows.map((row) => [row.path, row])).values()];
        const plan = planRanges(backwards ? [...distinct].reverse() : distinct);
        const seen: string[] = [];
        for (const range of plan.ranges) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeLessThanOrEqual(range.blob.size);
          expect(range.whole).toBe(range.start === 0 && range.end === range.blob.size);
          let end = range.start;
          let bytes = 0;
          let longest = 0;
          for (const [index, segment] of range.segments.entries()) {
            expect(segment.offset).toBeGreaterThanOrEqual(end);
            if (index > 0 && !range.whole) expect(segment.offset - end).toBeLessThanOrEqual(GAP);
            end = segment.offset + segment.length;
            bytes += segment.length;
            longest = Math.max(longest, segment.length);
            for (const { row, skip, take } of segment.uses) {
              seen.push(row.path);
              const [extent] = row.extents as readonly [Extent];
              expect(range.blob).toEqual(extent.blob);
              expect([segment.offset, segment.length]).toEqual([extent.offset, extent.length]);
              expect({ skip, take }).toEqual(extent.member ?? { skip: 0, take: extent.length });
            }
          }
          expect(end).toBeLessThanOrEqual(range.end);
          const byShare = bytes >= range.blob.size * 0.75;
          if (!(range.whole && byShare)) {
            expect(range.end - range.start).toBeLessThanOrEqual(Math.max(REQUEST, longest));
            expect([range.segments[0]?.offset, end]).toEqual([range.start, range.end]);
          }
        }
        expect(seen.sort()).toEqual(distinct.map((row) => row.path as string).sort());
        expect(plan.scattered).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("asks for all of a blob of which three quarters are wanted, and for a part of one where less is", () => {
    const blob = blobOf("p", 1000);
    const piece = (path: string, offset: number, length: number) => file(path, [{ blob, offset, length }]);
    expect(planRanges([piece("a", 0, 400), piece("b", 600, 350)]).ranges).toMatchObject([
      { start: 0, end: 1000, whole: true },
    ]);
    expect(planRanges([piece("a", 100, 400), piece("b", 600, 340)]).ranges).toMatchObject([
      { start: 100, end: 940, whole: false },
    ]);
    expect(planRanges([piece("a", 0, 10), piece("b", 990, 10)]).ranges).toMatchObject([{ whole: true }]);
  });

  it("reads over small gaps, and begins anew behind large ones", () => {
    const blob = blobOf("p", 100 * MiB);
    const piece = (path: string, offset: number) => file(path, [{ blob, offset, length: 10 }]);
    const rows = [piece("a", 0), piece("b", 10 + GAP), piece("c", 21 + 2 * GAP)];
    expect(planRanges(rows).ranges.map(({ start, end }) => [start, end])).toEqual([
      [0, 20 + GAP],
      [21 + 2 * GAP, 31 + 2 * GAP],
    ]);
  });

  it("gives each overlapping piece a request of its own", () => {
    const blob = blobOf("p", 1000);
    const rows = [
      file("a", [{ blob, offset: 0, length: 600 }]),
      file("b", [{ blob, offset: 500, length: 500 }]),
      file("c", [{ blob, offset: 0, length: 600, member: { skip: 0, take: 5 } }]),
    ];
    const { ranges } = planRanges(rows);
    expect(ranges.map(({ start, end, segments }) => [start, end, segments.length])).toEqual([
      [0, 600, 1],
      [0, 600, 1],
      [500, 1000, 1],
    ]);
  });

  it("keeps apart blobs of different stores, and of one digest with two sizes", () => {
    const one = blobOf("p", 100);
    const rows = [
      file("a", [{ blob: one, offset: 0, length: 100 }]),
      file("b", [{ blob: { ...one, store: "cold" as never }, offset: 0, length: 100 }]),
      file("c", [{ blob: { ...one, size: 200 }, offset: 0, length: 200 }]),
    ];
    expect(planRanges(rows).ranges).toHaveLength(3);
  });

  it("sorts out what needs no request, and what is more than one piece", () => {
    const blob = blobOf("p", 100);
    const link: FileRow = { ...file("link", []), kind: "link", target: "a", size: 1 };
    const empty = file("empty", []);
    const parts = file("parts", [
      { blob, offset: 0, length: 1 },
      { blob, offset: 5, length: 1 },
    ]);
    const strange: FileRow = { ...file("strange", []), size: 7, unknownExtents: true };
    const plan = planRanges([link, empty, parts, strange]);
    expect(plan).toEqual({ ranges: [], scattered: [parts, strange], empty: [link, empty] });
  });
});
