import fc from "fast-check";
import { expect, it } from "vitest";
import { LARGEST_BLOB, planBlocks } from "./block-plan.js";

const MiB = 1024 * 1024;

it("cuts a blob into adjoining blocks of one size, few enough for Azure and small enough for memory", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1, max: 300 * MiB }), fc.integer({ min: 1, max: LARGEST_BLOB })),
      fc.constantFrom(4 * MiB, 8 * MiB, 64 * MiB),
      (size, preferred) => {
        const { blocks, blockBytes, atOnce } = planBlocks(size, preferred);
        expect(blocks.length).toBe(Math.ceil(size / blockBytes));
        expect(blocks.length).toBeLessThanOrEqual(50_000);
        expect(blockBytes).toBeGreaterThanOrEqual(preferred);
        expect(blockBytes).toBeLessThanOrEqual(256 * MiB);
        expect(atOnce).toBeGreaterThanOrEqual(1);
        expect(atOnce === 1 || atOnce * blockBytes <= 64 * MiB).toBe(true);
        expect(blocks[0]?.start).toBe(0);
        expect(blocks.at(-1)?.end).toBe(size);
        for (const [index, block] of blocks.entries()) {
          if (index > 0 && block.start !== blocks[index - 1]?.end) throw new Error("a gap");
          if (index < blocks.length - 1 && block.end - block.start !== blockBytes) throw new Error("a size");
        }
      },
    ),
    { numRuns: 40 },
  );
});

it("keeps the preferred size while it can", () => {
  expect(planBlocks(20 * MiB, 8 * MiB).blocks.map(({ end }) => end)).toEqual([8 * MiB, 16 * MiB, 20 * MiB]);
  expect(planBlocks(50_000 * 8 * MiB, 8 * MiB)).toMatchObject({ blockBytes: 8 * MiB, atOnce: 4 });
  expect(planBlocks(50_000 * 8 * MiB + 1, 8 * MiB)).toMatchObject({ blockBytes: 9 * MiB, atOnce: 4 });
  expect(planBlocks(LARGEST_BLOB, 8 * MiB)).toMatchObject({ blockBytes: 256 * MiB, atOnce: 1 });
});
