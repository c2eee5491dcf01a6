import { type Digest, digestFromHex } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMarks, parseMarks, sweep } from "./gc-marks.js";

const LINE = "s3://acme/blobs";
const digest = (number: number): Digest => digestFromHex(number.toString(16).padStart(64, "0"));
const digests = fc.uniqueArray(fc.nat({ max: 20 }).map(digest));
const marks = fc.dictionary(fc.nat({ max: 20 }).map(digest), fc.integer({ min: 0, max: 10_000 }));
const asMap = (record: Readonly<Record<string, number>>) =>
  new Map(Object.entries(record) as [Digest, number][]);

describe("marks of blobs that nobody needs", () => {
  it("come back as they were kept, for their own store alone", () => {
    fc.assert(
      fc.property(marks, (record) => {
        const text = formatMarks(asMap(record), LINE);
        expect(parseMarks(text, LINE)).toEqual(asMap(record));
        expect(parseMarks(text, "s3://acme/other")).toEqual(new Map());
      }),
    );
  });

  it.each(["", "null", "[]", "{", '{"schemaVersion":2,"store":"s3://acme/blobs","blobs":{}}', "1"])(
    "are none where the text is %j",
    (text) => expect(parseMarks(text, LINE)).toEqual(new Map()),
  );

  it("leave out what is no digest or no time", () => {
    const text = `{"schemaVersion":1,"store":"${LINE}","blobs":{"../x":1,"${digest(1)}":"1","${digest(2)}":2}}`;
    expect(parseMarks(text, LINE)).toEqual(new Map([[digest(2), 2]]));
  });

  it("let go only what is unused now and was marked for as long as the grace; all else waits from its first mark on", () => {
    fc.assert(
      fc.property(
        digests,
        marks,
        fc.nat({ max: 12_000 }),
        fc.nat({ max: 5_000 }),
        (unused, record, now, grace) => {
          const before = asMap(record);
          const { remove, marks: after } = sweep(unused, before, now, grace);
          expect([...remove, ...after.keys()].sort()).toEqual([...unused].sort());
          // A mark from the future counts from now on, so without a grace it is old enough.
          for (const each of remove)
            expect(now - Math.min(before.get(each) ?? Number.POSITIVE_INFINITY, now)).toBeGreaterThanOrEqual(
              grace,
            );
          expect(remove.every((each) => before.has(each))).toBe(true);
          for (const [each, since] of after) expect(since).toBe(Math.min(before.get(each) ?? now, now));
        },
      ),
    );
  });

  it("never let go what no earlier run has seen, whatever the grace", () => {
    expect(sweep([digest(1)], new Map(), 5, 0)).toEqual({ remove: [], marks: new Map([[digest(1), 5]]) });
  });

  it("wait anew where the clock was set back", () => {
    expect(sweep([digest(1)], new Map([[digest(1), 1_000]]), 10, 100).marks.get(digest(1))).toBe(10);
  });
});
