import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_PART, LARGEST_PART, MOST_PARTS, partSizeFor, planParts } from "./plan-parts.js";

const MIB = 1024 * 1024;

describe("the parts of a blob", () => {
  it("follow one another from the first byte to the last, all but the last of one size", () => {
    const sizes = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 500 }), (size, least) => {
        const parts = [...planParts(size, least)];
        let at = 0;
        for (const [index, part] of parts.entries()) {
          expect(part).toEqual({ number: index + 1, start: at, endExclusive: Math.min(at + least, size) });
          at = part.endExclusive;
        }
        expect(at).toBe(size);
      }),
    );
  });

  it("are at most 10,000, each at most 5 GiB, and as small as that allows, up to the largest blob", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: BigInt(LARGEST_PART) * BigInt(MOST_PARTS) }), (size) => {
        const partSize = partSizeFor(Number(size));
        expect(Math.ceil(Number(size) / partSize)).toBeLessThanOrEqual(MOST_PARTS);
        expect(partSize).toBeLessThanOrEqual(LARGEST_PART);
        expect(partSize).toBeGreaterThanOrEqual(DEFAULT_PART);
        if (partSize > DEFAULT_PART)
          expect(Math.ceil(Number(size) / (partSize - MIB))).toBeGreaterThan(MOST_PARTS - MOST_PARTS / 5);
      }),
    );
  });

  it.each([
    [1, 5 * MIB],
    [MOST_PARTS * 5 * MIB, 5 * MIB],
    [MOST_PARTS * 5 * MIB + 1, 6 * MIB],
    [5 * 1024 * 1024 * MIB, 525 * MIB],
    [MOST_PARTS * LARGEST_PART, LARGEST_PART],
  ])("of %i bytes have %i", (size, expected) => {
    expect(partSizeFor(size)).toBe(expected);
  });

  it("of no bytes are none", () => {
    expect([...planParts(0)]).toEqual([]);
  });
});
