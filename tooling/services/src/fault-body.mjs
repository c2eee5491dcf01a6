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
