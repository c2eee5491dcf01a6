import fc from "fast-check";
import { expect, it } from "vitest";
import { joinMembers, splitMembers } from "./json-members.js";

it("splits every object into what it is made of, however it is spaced", () => {
  const spacing = fc.constantFrom(undefined, 2, "\t");
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 }),
      spacing,
      (object, space) => {
        const members = splitMembers(JSON.stringify(object, null, space));
        expect(members.map(({ key }) => key)).toEqual(Object.keys(object));
        for (const { key, raw } of members)
          expect(JSON.parse(raw)).toEqual(JSON.parse(JSON.stringify(object[key])));
        expect(JSON.parse(joinMembers(members, 0))).toEqual(JSON.parse(JSON.stringify(object)));
      },
    ),
  );
});

it("keeps each value to the letter", () => {
  const text =
    ' { "b" : 1.00 , "2":12345678901234567890123, "a":{ "x" :[1, {"}":"]"}] },"\\u0062":"q\\"\\\\"\n}\n';
  expect(splitMembers(text)).toEqual([
    { key: "b", raw: "1.00" },
    { key: "2", raw: "12345678901234567890123" },
    { key: "a", raw: '{ "x" :[1, {"}":"]"}] }' },
    { key: "b", raw: '"q\\"\\\\"' },
  ]);
});

it("of an empty object or text has none", () => {
  for (const text of ["{}", " { } ", "", "\n"]) expect(splitMembers(text)).toEqual([]);
});
