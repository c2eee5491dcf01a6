import { readFileSync } from "node:fs";

/**
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Counts the tests in vitest's JSON report. What fails outside a test counts as one failed test, so that the
 * counts never look better than the exit status: a file that cannot be loaded, an error nobody caught, no report.
 * @param {string} file
 * @param {number} status    of the run that wrote the report
 * @returns {TestCounts}
 */
export function readCounts(file, status) {
  const report = readReport(file);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(isBroken).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/**
 * @param {TestCounts} counts
 * @returns {string} such as "12 passed, 0 failed"
 */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number, testResults: FileResult[] }} Report
 */

/**
 * @param {string} file
 * @returns {Report | undefined}
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Whether a file failed though none of its tests did.
 * @param {FileResult} result
 */
function isBroken(result) {
  return result.status === "failed" && !result.assertionResults.some((test) => test.status === "failed");
}
