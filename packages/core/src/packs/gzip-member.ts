import { type Deflater, LIMITS } from "@bale/spec";
import { DEFLATE_LEVEL, DEFLATE_WORTH, FAST_LEVEL } from "./pack-constants.js";

// RFC 1952: no flags, no time, no extra flags, unknown system; the same on every machine.
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff] as const;
const TRAILER_BYTES = 8;
const MIN_MEMBER_BYTES = HEADER.length + TRAILER_BYTES;
// RFC 1951 section 3.2.4: the length of a stored block has 16 bits.
const STORED_BLOCK_BYTES = 65_535;
const STORED_BLOCK_HEADER_BYTES = 5;

/** Raw deflate that only frames the bytes. */
function storedBlocks(decoded: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(decoded.length / STORED_BLOCK_BYTES));
  const bytes = new Uint8Array(decoded.length + blocks * STORED_BLOCK_HEADER_BYTES);
  let at = 0;
  for (let block = 0; block < blocks; block++) {
    const part = decoded.subarray(block * STORED_BLOCK_BYTES, (block + 1) * STORED_BLOCK_BYTES);
    bytes[at] = block === blocks - 1 ? 1 : 0;
    bytes[at + 1] = part.length & 0xff;
    bytes[at + 2] = part.length >>> 8;
    bytes[at + 3] = ~part.length & 0xff;
    bytes[at + 4] = (~part.length >>> 8) & 0xff;
    bytes.set(part, at + STORED_BLOCK_HEADER_BYTES);
    at += STORED_BLOCK_HEADER_BYTES + part.length;
  }
  return bytes;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  for (let index = 0; index < 4; index++) bytes[at + index] = (value >>> (8 * index)) & 0xff;
}

/**
 * Whether a reader would take this for a bomb: long runs of one byte deflate to 1026:1 at level 6, past the 1000:1 that
 * readers allow. At level 1 the same runs stay near 220:1.
 */
export function expandsTooMuch(decoded: Uint8Array, deflated: Uint8Array): boolean {
  return deflated.length * LIMITS.expansionRatio < decoded.length;
}

/**
 * One gzip member from bytes and what a deflater made of them; stored where that saves under 3 %, or where nothing was deflated.
 * `crc`: CRC-32 of `decoded`. For callers whose deflater runs elsewhere; `gzipMember` does all in one call.
 */
export function frameGzipMember(
  decoded: Uint8Array,
  deflated: Uint8Array | undefined,
  crc: number,
): Uint8Array {
  const worth =
    deflated !== undefined &&
    deflated.length <= decoded.length * (1 - DEFLATE_WORTH) &&
    !expandsTooMuch(decoded, deflated);
  const body = worth ? deflated : storedBlocks(decoded);
  const bytes = new Uint8Array(MIN_MEMBER_BYTES + body.length);
  bytes.set(HEADER, 0);
  bytes.set(body, HEADER.length);
  writeUint32(bytes, HEADER.length + body.length, crc);
  writeUint32(bytes, HEADER.length + body.length + 4, decoded.length);
  return bytes;
}

/** One gzip member (RFC 1952) that holds `decoded`. Level 0 stores without trying. */
export function gzipMember(
  decoded: Uint8Array,
  deflater: Deflater,
  level: number = DEFLATE_LEVEL,
): Uint8Array {
  const deflated = level === 0 ? undefined : deflater.deflateRaw(decoded, level);
  const again =
    deflated && expandsTooMuch(decoded, deflated) ? deflater.deflateRaw(decoded, FAST_LEVEL) : deflated;
  return frameGzipMember(decoded, again, deflater.crc32(decoded));
}
