import { noQuirks, type Quirks } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { examination } from "./examination.js";
import { noChunks, QUIRK_CASES, type QuirkCase } from "./quirk-cases.js";
import { expectRoundTrip } from "./round-trip.js";

const MOST_AT_ONCE = 6;

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Two to six switches, each with one of its values. */
function combination(seed: number): readonly QuirkCase[] {
  const next = randomNumbers(seed);
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(next() * values.length)] as Value;
  const switches = Object.values(QUIRK_CASES).filter((values) => values.length > 0);
  const chosen = new Set<readonly QuirkCase[]>();
  const count = 2 + Math.floor(next() * (MOST_AT_ONCE - 1));
  while (chosen.size < count) chosen.add(pick(switches));
  return [...chosen].map(pick);
}

/** Examines registries with several habits at once, and pushes and pulls by what was found out. */
export function testCombinations(seeds: readonly number[]): void {
  describe("habits together", () => {
    const rows = seeds.map((seed) => {
      const cases = combination(seed);
      const change: Partial<Quirks> = Object.assign({}, ...cases.map((each) => each.change));
      return [seed, JSON.stringify(change), change, cases] as const;
    });
    it.each(rows)(
      "of seed %i, %s, are found, and pushes and pulls work",
      async (_seed, _text, change, cases) => {
        await using examined = await examination(change);
        const health = await examined.examine();
        const quirks: Quirks = { ...noQuirks, ...change };
        for (const { finding, says, hiddenBy } of cases)
          if (!hiddenBy?.(quirks))
            expect(health.findings.find(({ id }) => id === finding)?.line, finding).toMatch(says);
        expect(health.verdict.exit, health.verdict.line).toBe(0);
        // A file that is larger than any request, where nothing but one request takes a blob.
        if (quirks.maxRequestBytes !== undefined && noChunks(quirks))
          await expect(expectRoundTrip(examined)).rejects.toMatchObject({
            code: "TOO_LARGE",
            why: expect.stringContaining(String(quirks.maxRequestBytes)),
            fix: expect.stringContaining("external store"),
          });
        else await expectRoundTrip(examined);
      },
    );
  });
}
