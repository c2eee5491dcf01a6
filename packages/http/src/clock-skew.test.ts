import { expect, it } from "vitest";
import { clockSkew } from "./clock-skew.js";

const NOW = Date.parse("2026-01-02T03:04:05Z");

it("says both times when they are far apart, and nothing otherwise", () => {
  expect(clockSkew("Fri, 02 Jan 2026 04:04:05 GMT", NOW)).toBe(
    "the clocks differ: this machine says 2026-01-02T03:04:05.000Z, the server 2026-01-02T04:04:05.000Z",
  );
  expect(clockSkew("Fri, 02 Jan 2026 02:04:05 GMT", NOW)).toContain("the clocks differ");
  for (const date of ["Fri, 02 Jan 2026 03:08:05 GMT", "Fri, 02 Jan 2026 03:00:05 GMT", "soon", undefined])
    expect(clockSkew(date, NOW)).toBeUndefined();
});
