// `.ci/run`: every step of the continuous build, each of them even when one before it failed. The last line has the
// sum of all tests and checks; a check counts like one test.
import { readFileSync, rmSync } from "node:fs";
import { countsFile, steps } from "./ci-steps.mjs";
import { runCommand } from "./run-command.mjs";
import { countsLine } from "./test-counts.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const summary = [];

for (const step of steps) {
  process.stdout.write(`\n=== ${step.name}\n`);
  rmSync(countsFile, { force: true });
  const started = Date.now();
  const status = await runCommand(step.command, { env: step.env ?? {}, limitMs: step.minutes * 60_000 });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const counts = countsOf(step, status);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  summary.push(`${status === 0 ? "ok    " : "FAILED"} ${seconds.padStart(6)} s  ${step.name}${late(status)}`);
}

process.stdout.write(`\n=== summary\n${summary.join("\n")}\n\n${countsLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * @param {import("./ci-steps.mjs").Step} step
 * @param {number} status
 * @returns {import("./test-counts.mjs").TestCounts}
 */
function countsOf(step, status) {
  const asOneTest = { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  if (!step.countsTests) return asOneTest;
  try {
    /** @type {import("./test-counts.mjs").TestCounts} */
    const counts = JSON.parse(readFileSync(countsFile, "utf8"));
    return counts.failed === 0 && status !== 0 ? { ...counts, failed: 1 } : counts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {number} status */
function late(status) {
  return status === 124 ? " (took too long)" : "";
}
