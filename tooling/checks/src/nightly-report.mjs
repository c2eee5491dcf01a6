/**
 * @typedef {object} NightlyRun
 * @property {string} name
 * @property {number} seconds
 * @property {import("./test-counts.mjs").TestCounts} counts
 */

/**
 * @param {{ runs: readonly NightlyRun[], machine: string, date: Date }} what
 * @returns {string} a Markdown page
 */
export function nightlyReport({ runs, machine, date }) {
  const rows = runs.map(({ name, seconds, counts }) => {
    const { passed, failed, skipped } = counts;
    return `| ${name} | ${passed} | ${failed} | ${skipped} | ${seconds.toFixed(0)} |`;
  });
  return [
    "# Nightly report",
    "",
    `${date.toISOString().slice(0, 10)}, ${machine}. Written by \`npm run nightly\`.`,
    "",
    "| run | passed | failed | skipped | seconds |",
    "|---|---:|---:|---:|---:|",
    ...rows,
    "",
  ].join("\n");
}
