import type { ByteSource } from "@bale/spec";

/** Bytes in memory as a source. The memory must not change while it is in use. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async *open({ range, signal } = {}) {
      signal?.throwIfAborted();
      const part = range ? bytes.subarray(range.start, range.endExclusive ?? bytes.length) : bytes;
      if (part.length > 0) yield part;
    },
  };
}
