import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesSource } from "./bytes-source.js";
import { exactSource } from "./exact-source.js";

const chunks = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 8 });

it("gives exactly what was announced, or all but the last piece and an error", async () => {
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: -2, max: 2 }), async (pieces, off) => {
      const whole = Buffer.concat(pieces);
      const size = Math.max(0, whole.length + off);
      const source = {
        size,
        open: async function* () {
          yield* pieces;
        },
      };
      const got: Uint8Array[] = [];
      const reading = (async () => {
        for await (const chunk of exactSource(source).open()) got.push(chunk);
      })();
      const failed = await reading.then(
        () => false,
        () => true,
      );
      const received = Buffer.concat(got).length;
      expect(failed).toBe(size !== whole.length);
      if (failed) expect(received === 0 || received < Math.min(size, whole.length)).toBe(true);
      else expect(Buffer.concat(got).equals(whole)).toBe(true);
    }),
  );
});

it("knows how long a part is", async () => {
  const source = exactSource(bytesSource(Uint8Array.of(1, 2, 3, 4, 5)));
  const got: Uint8Array[] = [];
  for await (const chunk of source.open({ range: { start: 1, endExclusive: 3 } })) got.push(chunk);
  expect([...Buffer.concat(got)]).toEqual([2, 3]);
});
