import { expect, it } from "vitest";
import { nightlyReport } from "./nightly-report.mjs";

it("has a row for every run", () => {
  const runs = [{ name: "Node 22", seconds: 61.4, counts: { passed: 7, failed: 1, skipped: 2 } }];
  const page = nightlyReport({ runs, machine: "linux x64", date: new Date("2026-01-02T03:04:05Z") });
  expect(page).toContain("2026-01-02, linux x64.");
  expect(page.split("\n")).toContain("| Node 22 | 7 | 1 | 2 | 61 |");
});
