import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 20;

/**
 * Asks again and again until the answer is neither undefined nor false.
 * @template T
 * @param {string} what    named in the error
 * @param {number} limitMs
 * @param {() => Promise<T | undefined | false> | T | undefined | false} ask
 * @returns {Promise<T>}
 */
export async function waitUntil(what, limitMs, ask) {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`${what}: nothing after ${limitMs} ms`);
    await sleep(PAUSE_MS);
  }
}
