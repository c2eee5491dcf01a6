import { setTimeout as sleep } from "node:timers/promises";

/**
 * A body that passes no faster than this; as it is, where no limit is given.
 * @param {AsyncIterable<Buffer>} body
 * @param {number | undefined} bytesPerSecond
 * @returns {AsyncIterable<Buffer>}
 */
export function slowBody(body, bytesPerSecond) {
  return bytesPerSecond === undefined ? body : trickled(body, bytesPerSecond);
}

/**
 * @param {AsyncIterable<Buffer>} body
 * @param {number} bytesPerSecond
 */
async function* trickled(body, bytesPerSecond) {
  const started = performance.now();
  let passed = 0;
  for await (const chunk of body) {
    yield chunk;
    passed += chunk.length;
    const ahead = (passed / bytesPerSecond) * 1000 - (performance.now() - started);
    // Timers are good to a millisecond; shorter waits add up until they are worth one.
    if (ahead > 5) await sleep(ahead);
  }
}

/**
 * The body of an answer as a fault changes it.
 * @param {AsyncIterable<Buffer>} body
 * @param {import("./fault-rules.mjs").FaultRule | undefined} rule
 * @returns {AsyncIterable<Buffer>}
 */
export function faultyBody(body, rule) {
  if (rule?.fault === "corrupt") return corrupted(body, rule.position ?? 0);
  if (rule?.fault === "extra") return extended(body, rule.bytes ?? 1);
  if (rule?.fault === "truncate" || rule?.fault === "stall") return firstBytes(body, rule.bytes ?? 0);
  return body;
}

/**
 * @param {AsyncIterable<Buffer>} body
 * @param {number} position
 */
async function* corrupted(body, position) {
  let passed = 0;
  for await (const chunk of body) {
    const at = position - passed;
    if (at >= 0 && at < chunk.length) chunk.writeUInt8(chunk.readUInt8(at) ^ 1, at);
    passed += chunk.length;
    yield chunk;
  }
}

/**
 * @param {AsyncIterable<Buffer>} body
 * @param {number} count
 */
async function* extended(body, count) {
  yield* body;
  yield Buffer.alloc(count, 0x78);
}

/**
 * @param {AsyncIterable<Buffer>} body
 * @param {number} count
 */
async function* firstBytes(body, count) {
  let left = count;
  for await (const chunk of body) {
    if (left <= 0) return;
    yield chunk.subarray(0, left);
    left -= chunk.length;
  }
}
