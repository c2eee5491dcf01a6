import fc from "fast-check";
import { expect, test } from "vitest";
import { readJwtClaims } from "./jwt-claims.js";
import { jwt, TENANT } from "./sample.testing.js";

test("end and tenant are read from a token", () => {
  expect(readJwtClaims(jwt({ exp: 1_767_323_045, tid: TENANT }))).toEqual({
    expiresAt: new Date("2026-01-02T03:04:05Z"),
    tenant: TENANT,
  });
});

test.each([
  [jwt({ exp: "1767323045", tid: 7 })],
  [jwt({ exp: 1e300, tid: "a&b" })],
  [jwt({ exp: -1, tid: "" })],
  [jwt(null)],
  [jwt([])],
  ["opaque"],
  [""],
  ["a.b.c"],
])("nothing is read from %s", (token) => {
  expect(readJwtClaims(token)).toEqual({});
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.jsonValue().map((value) => jwt(value)),
      ),
      (token) => {
        const { expiresAt } = readJwtClaims(token);
        expect(expiresAt === undefined || !Number.isNaN(expiresAt.getTime())).toBe(true);
      },
    ),
  );
});
