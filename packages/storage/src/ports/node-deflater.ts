import { promisify } from "node:util";
import { crc32, deflateRaw, deflateRawSync } from "node:zlib";
import type { Deflater } from "@bale/spec";

/** Raw deflate and CRC-32 of Node, in this thread. */
export const nodeDeflater: Deflater = {
  deflateRaw: (bytes, level) => deflateRawSync(bytes, { level }),
  crc32: (bytes, previous = 0) => crc32(bytes, previous),
};

const deflateInPool = promisify<Uint8Array, { level: number }, Uint8Array>(deflateRaw);

/** Raw deflate (RFC 1951) in libuv's pool, for work that would hold up this thread. Levels 0 to 9. */
export function deflateRawAsync(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  return deflateInPool(bytes, { level });
}
