import type { ByteStream } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeHasher } from "./ports/node-hasher.js";
import { compareRanges, rangesCover } from "./sent-ranges.js";
import { blobOf, randomBytes } from "./storage.testing.js";

const bytes = randomBytes(200);
const range = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), fc.boolean())
  .map(([a, b, right]) => ({ start: Math.min(a, b), end: Math.max(a, b), right }));

async function* inChunks(length: number): ByteStream {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe("compareRanges", () => {
  it("finds exactly the ranges that are not of the stream, however they overlap", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(range, { maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        async (ranges, chunk) => {
          const sent = ranges.map(({ start, end, right }) => ({
            start,
            end,
            digest: nodeHasher.digest(
              right ? bytes.subarray(start, end) : bytes.subarray(0, 201).map((byte) => ~byte),
            ),
          }));
          const { digest, differing } = await compareRanges(inChunks(chunk), sent, nodeHasher);
          expect(digest).toBe(blobOf(bytes).digest);
          const wrong = sent.filter((_, index) => !ranges[index]?.right);
          expect(new Set(differing)).toEqual(new Set(wrong));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("rangesCover", () => {
  it("agrees with a map of bytes", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
        const seen = new Uint8Array(200);
        for (const { start, end } of ranges) seen.fill(1, start, end);
        const sent = ranges.map(({ start, end }) => ({ start, end, digest: blobOf(bytes).digest }));
        expect(rangesCover(sent, 200)).toBe(seen.every((byte) => byte === 1));
      }),
    );
  });
});
