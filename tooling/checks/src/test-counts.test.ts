import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countsLine, readCounts } from "./test-counts.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bale-counts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

function counted(report: unknown, status: number) {
  const path = join(folder, report === undefined ? "absent.json" : "report.json");
  if (report !== undefined) writeFileSync(path, JSON.stringify(report));
  return readCounts(path, status);
}

const good = {
  numPassedTests: 2,
  numFailedTests: 0,
  numPendingTests: 1,
  testResults: [file("passed", "passed")],
};

describe("the counts of a run", () => {
  it("are those of its report", () => {
    expect(counted(good, 0)).toEqual({ passed: 2, failed: 0, skipped: 1 });
  });

  it("have a failure when the run failed outside its tests", () => {
    expect(counted(good, 1)).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(counted(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it("have one for each file that could not be loaded, and none twice", () => {
    const files = [file("failed"), file("failed", "failed", "passed")];
    expect(counted({ ...good, numFailedTests: 1, testResults: files }, 1).failed).toBe(2);
  });

  it("become one line", () => {
    expect(countsLine({ passed: 3, failed: 1, skipped: 0 })).toBe("3 passed, 1 failed");
    expect(countsLine({ passed: 3, failed: 0, skipped: 2 })).toBe("3 passed, 0 failed, 2 skipped");
  });
});
