import { describe, expect, it } from "vitest";
import { createLimiter } from "./limiter.js";

describe("createLimiter", () => {
  it("runs tasks in order, so many at once, and goes on after failures", async () => {
    const limit = createLimiter(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const results = await Promise.allSettled(
      [0, 1, 2, 3, 4, 5].map((index) =>
        limit(async () => {
          begun.push(index);
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
          if (index % 2 === 1) throw new Error(String(index));
          return index;
        }),
      ),
    );
    expect([begun, most]).toEqual([[0, 1, 2, 3, 4, 5], 2]);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
    ]);
  });

  it("runs one at a time at least", async () => {
    expect(await createLimiter(0)(async () => 7)).toBe(7);
  });
});
