import type { ByteSource } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesSource } from "./bytes-source.js";
import { checkedSource } from "./checked-source.js";
import { nodeHasher } from "./ports/node-hasher.js";
import { blobOf, changingSource, codeOf, collect, randomBytes } from "./storage.testing.js";

const bytes = randomBytes(1000);
const blob = blobOf(bytes);
const check = (source: ByteSource): ReturnType<typeof checkedSource> =>
  checkedSource(source, blob, nodeHasher);

/** Counts how often it is opened. */
function counted(inner: ByteSource): ByteSource & { opened: () => number } {
  let opened = 0;
  return {
    size: inner.size,
    opened: () => opened,
    open: (options) => {
      opened++;
      return inner.open(options);
    },
  };
}

describe("checkedSource", () => {
  it("passes the right bytes through, whole or in any ranges, in any order", async () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (inner, reverse) => {
        const { source } = check(bytesSource(bytes));
        const marks = [0, ...inner.sort((a, b) => a - b), 1000];
        const ranges = marks.slice(1).map((end, index) => ({ start: marks[index] ?? 0, endExclusive: end }));
        const parts = await Promise.all(
          (reverse ? ranges.toReversed() : ranges).map(async (range) => ({
            range,
            got: await collect(source.open({ range })),
          })),
        );
        for (const { range, got } of parts)
          expect(got.equals(bytes.subarray(range.start, range.endExclusive))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("reads whole streams once, and ranges once more than they need", async () => {
    const whole = counted(bytesSource(bytes));
    await collect(check(whole).source.open());
    expect(whole.opened()).toBe(1);
    const ranges = counted(bytesSource(bytes));
    const { source, prove } = check(ranges);
    await collect(source.open({ range: { start: 500, endExclusive: 1000 } }));
    await collect(source.open({ range: { start: 0, endExclusive: 500 } }));
    expect(ranges.opened()).toBe(3);
    await prove(undefined);
    expect(ranges.opened()).toBe(3);
  });

  it("keeps back the last bytes of wrong content", async () => {
    const wrong = Uint8Array.from(bytes);
    wrong[999] = (wrong[999] as number) ^ 1;
    let given = 0;
    const work = (async () => {
      for await (const chunk of check(bytesSource(wrong)).source.open()) given += chunk.length;
    })();
    expect(await codeOf(work)).toBe("FILE_CHANGED");
    expect(given).toBeLessThan(1000);
  });

  it("notices that parts belong to two versions of the file", async () => {
    const { source } = check(changingSource(bytes, randomBytes(1000, 2), bytes));
    await collect(source.open({ range: { start: 0, endExclusive: 500 } }));
    expect(await codeOf(collect(source.open({ range: { start: 500, endExclusive: 1000 } })))).toBe(
      "FILE_CHANGED",
    );
  });

  it("notices that a part sent again is another", async () => {
    const { source } = check(changingSource(bytes, randomBytes(1000, 2)));
    const range = { start: 0, endExclusive: 500 };
    await collect(source.open({ range }));
    expect(await codeOf(collect(source.open({ range })))).toBe("FILE_CHANGED");
  });

  it("remembers what was sent before a transfer broke", async () => {
    const chunked = (content: Uint8Array): ByteSource => ({
      size: content.length,
      async *open({ range } = {}) {
        for (let at = range?.start ?? 0; at < (range?.endExclusive ?? content.length); at += 100)
          yield content.subarray(at, at + 100);
      },
    });
    for (const [second, code] of [
      [bytes, undefined],
      [randomBytes(1000, 2), "FILE_CHANGED"],
    ] as const) {
      let opened = 0;
      const { source } = check({
        size: 1000,
        open: (options) => chunked(opened++ === 0 ? second : bytes).open(options),
      });
      let sent = 0;
      for await (const chunk of source.open()) {
        sent += chunk.length;
        if (sent === 300) break;
      }
      const rest = collect(source.open({ range: { start: 300 } }));
      if (code) expect(await codeOf(rest)).toBe(code);
      else expect(await rest).toHaveLength(700);
    }
  });
});
