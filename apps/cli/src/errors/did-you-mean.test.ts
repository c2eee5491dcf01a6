import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, editDistance, suggestion } from "./did-you-mean.js";

const word = fc.string({ maxLength: 12 });

describe("the distance between words", () => {
  it.each([
    ["push", "push", 0],
    ["pusj", "push", 1],
    ["psuh", "push", 1],
    ["pus", "push", 1],
    ["", "push", 4],
    ["status", "tags", 3],
  ])("from %s to %s is %i", (a, b, steps) => {
    expect(editDistance(a, b)).toBe(steps);
  });

  it("is the same both ways, zero for equal words alone, and at most the longer length", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const steps = editDistance(a, b);
        expect(editDistance(b, a)).toBe(steps);
        expect(steps === 0).toBe(a === b);
        expect(steps).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("a suggestion", () => {
  const known = ["push", "pull", "status", "--force", "--follow"];
  it.each([
    ["pusj", "push"],
    ["PUSH", "push"],
    ["stat", "status"],
    ["--forse", "--force"],
    ["zzz", undefined],
    ["", undefined],
    ["x".repeat(1000), undefined],
  ])("for %s is %s", (typed, meant) => {
    expect(didYouMean(typed, known)).toBe(meant);
  });

  it("is nothing where no word is near", () => {
    expect(suggestion("zzz", known)).toBe("");
    expect(suggestion("pusj", known)).toBe(" (did you mean push?)");
  });
});
