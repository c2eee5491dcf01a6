import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenBucket, type RateLimit } from "./token-bucket.js";

/** When each of the requests, which come after such pauses, may go out. */
function grants(limit: RateLimit, pauses: readonly number[]): readonly number[] {
  let time = 0;
  const bucket = createTokenBucket(limit, () => time);
  return pauses.map((pause) => {
    time += pause;
    return time + bucket.take();
  });
}

test("a full bucket lets its number through at once, and then one after the other", () => {
  expect(grants({ requests: 3, milliseconds: 300 }, [0, 0, 0, 0, 0])).toEqual([0, 0, 0, 100, 200]);
  expect(grants({ requests: 1, milliseconds: 1000 }, [0, 0, 5000, 0])).toEqual([0, 1000, 5000, 6000]);
});

test("a token that nobody used counts for the next", () => {
  const bucket = createTokenBucket({ requests: 1, milliseconds: 100 }, () => 0);
  expect([bucket.take(), bucket.take()]).toEqual([0, 100]);
  bucket.giveBack();
  expect(bucket.take()).toBe(100);
});

test("whatever comes when, no stretch of time has more than the limit and one full bucket, and nobody overtakes", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 60 }),
      (requests, milliseconds, pauses) => {
        const times = grants({ requests, milliseconds }, pauses);
        times.forEach((start, first) => {
          times.slice(first).forEach((end, count) => {
            expect(end).toBeGreaterThanOrEqual(start);
            const allowed = requests + ((end - start) * requests) / milliseconds;
            expect(count + 1).toBeLessThanOrEqual(allowed + 1e-6);
          });
        });
      },
    ),
  );
});
