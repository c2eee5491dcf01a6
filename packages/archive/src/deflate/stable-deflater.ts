import { crc32 } from "node:zlib";
import type { Deflater } from "@bale/spec";
import { createBitWriter } from "./bit-writer.js";
import { findMatches, LONGEST_MATCH } from "./find-matches.js";
import { writeBlock } from "./write-block.js";

const BLOCK_TOKENS = 32_768;
// Short copies keep runs of one byte under the expansion that readers allow.
const SHORT_MATCH = 64;

/**
 * Raw deflate (RFC 1951) that gives one output for one input, on every machine and with every version of Node: zlib promises no such thing,
 * and builds of Node with another zlib differ. Level 1 keeps copies short, every other level is the same.
 */
export const stableDeflater: Deflater = {
  deflateRaw: (bytes, level) => {
    const { values, count } = findMatches(bytes, level === 1 ? SHORT_MATCH : LONGEST_MATCH);
    const bits = createBitWriter(bytes.length >>> 1);
    for (let at = 0; at === 0 || at < count; at += BLOCK_TOKENS) {
      const end = Math.min(count, at + BLOCK_TOKENS);
      writeBlock(bits, values.subarray(at, end), end === count);
    }
    return bits.finish();
  },
  crc32: (bytes, previous = 0) => crc32(bytes, previous),
};
