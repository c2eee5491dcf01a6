/**
 * @typedef {object} AccessLogEntry
 * @property {string} method
 * @property {string} path      without the query
 * @property {string} query     without the question mark; empty when there is none
 * @property {number | undefined} status    undefined where the server does not log it
 */

/** Requests with this word in their query are the tooling's own, and are left out of what a test sees. */
export const PROBE = "bale-test-probe";

/**
 * Reads the lines that a server wrote about its requests, oldest first.
 * @param {string} text
 * @param {RegExp} accessLine    groups: method, target, status
 * @returns {AccessLogEntry[]}
 */
export function parseAccessLog(text, accessLine) {
  /** @type {AccessLogEntry[]} */
  const entries = [];
  for (const line of text.split("\n")) {
    const [, method, target, status] = accessLine.exec(line) ?? [];
    if (!method || !target) continue;
    const question = target.indexOf("?");
    const query = question < 0 ? "" : target.slice(question + 1);
    if (query.includes(PROBE)) continue;
    const path = question < 0 ? target : target.slice(0, question);
    entries.push({ method, path, query, status: status === undefined ? undefined : Number(status) });
  }
  return entries;
}
