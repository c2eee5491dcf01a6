import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeSorted } from "./merge-sorted.js";

const byNumber = (a: number, b: number): number => a - b;

describe("mergeSorted", () => {
  it("gives all elements of all streams in order", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ max: 50 })), { maxLength: 12 }), (lists) => {
        const sorted = lists.map((list) => [...list].sort(byNumber));
        expect([...mergeSorted(sorted, byNumber)]).toEqual(lists.flat().sort(byNumber));
      }),
    );
  });

  it("gives equal elements in the order of their streams", () => {
    const streams = [
      [[1, "a"]],
      [
        [0, "b"],
        [1, "b"],
      ],
      [
        [1, "c"],
        [1, "d"],
      ],
    ] as [number, string][][];
    const merged = [...mergeSorted(streams, (a, b) => a[0] - b[0])].map(([, name]) => name);
    expect(merged.join("")).toBe("babcd");
  });

  it("reads one element a stream ahead, and closes the streams when the loop is left", () => {
    const closed: string[] = [];
    const read = { a: 0, b: 0 };
    function* numbers(name: "a" | "b"): Generator<number> {
      try {
        for (let value = 0; ; value++) {
          read[name]++;
          yield value;
        }
      } finally {
        closed.push(name);
      }
    }
    for (const value of mergeSorted([numbers("a"), numbers("b")], byNumber)) if (value === 3) break;
    expect(closed.sort()).toEqual(["a", "b"]);
    expect(Math.max(read.a, read.b)).toBeLessThanOrEqual(5);
  });

  it("closes the other streams when one fails", () => {
    const closed: string[] = [];
    function* endless(): Generator<number> {
      try {
        for (;;) yield 5;
      } finally {
        closed.push("endless");
      }
    }
    function* failing(): Generator<number> {
      yield 1;
      throw new Error("torn");
    }
    expect(() => [...mergeSorted([endless(), failing()], byNumber)]).toThrow("torn");
    expect(closed).toEqual(["endless"]);
  });
});
