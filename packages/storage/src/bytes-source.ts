import type { ByteSource } from "@bale/spec";
import { throwIfInterrupted } from "./interrupted.js";

/** Bytes in memory as a source. The memory must not change while it is in use. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async *open({ range, signal } = {}) {
      throwIfInterrupted(signal);
      const part = range ? bytes.subarray(range.start, range.endExclusive ?? bytes.length) : bytes;
      if (part.length > 0) yield part;
    },
  };
}
