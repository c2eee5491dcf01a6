import type { Quirks } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { HABITS, type Habit } from "./habits.testing.js";
import { tryRegistry } from "./trial.testing.js";

const COMBINATIONS = 200;
const MOST_HABITS = 5;
const SEED = 0x62616c65;

/** Mulberry32: the same combinations on every machine, for ever. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Two to five habits, each switch in one position. */
function combinations(): readonly (readonly Habit[])[] {
  const next = numbers(SEED);
  return Array.from({ length: COMBINATIONS }, () => {
    const chosen = new Map<keyof Quirks, Habit>();
    const count = 2 + Math.floor(next() * (MOST_HABITS - 1));
    while (chosen.size < count) {
      const habit = HABITS[Math.floor(next() * HABITS.length)];
      if (habit && habit.noPush === undefined) chosen.set(habit.name, habit);
    }
    return [...chosen.values()];
  });
}

const NO_CHUNKS: ReadonlySet<keyof Quirks> = new Set([
  "chunkedUploadRefused",
  "closingAfterChunksRefused",
  "onlyLastChunkKept",
]);

/** A bound on requests and no chunks: the large file fits in no way, and the push has to say so before it sends anything. */
const isTooNarrow = (habits: readonly Habit[]): boolean =>
  habits.some(({ name }) => name === "maxRequestBytes") && habits.some(({ name }) => NO_CHUNKS.has(name));

const quirksOf = (habits: readonly Habit[]): Partial<Quirks> =>
  Object.assign({}, ...habits.map(({ quirk }) => quirk)) as Partial<Quirks>;

describe("registries with several habits at once", () => {
  const all = combinations();
  const shares = 10;
  it.each(Array.from({ length: shares }, (_, share) => share))(
    "are found usable, and a bundle gets in and out (share %i)",
    async (share) => {
      const failed: string[] = [];
      for (const habits of all.filter((_, index) => index % shares === share)) {
        const name = habits.map(({ quirk }) => JSON.stringify(quirk)).join(" ");
        const outcome = await tryRegistry(quirksOf(habits), async ({ health, transfer }) =>
          health.verdict.exit === 0 ? await transfer() : health.verdict.line,
        ).catch((error: unknown) => String(error));
        const right = isTooNarrow(habits)
          ? outcome?.includes("too large for the registry") === true
          : outcome === undefined;
        if (!right) failed.push(`${name}: ${outcome}`);
      }
      expect(failed).toEqual([]);
    },
    120_000,
  );
});
