import { gunzipSync } from "node:zlib";
import { BaleError, type Inflater } from "@bale/spec";

interface GunzipInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}

const SMALLEST_CHUNK = 16 * 1024;
// Several members that together become more than the last one says are decoded up to here; writers of large tables make one member.
const UNANNOUNCED = 16 * 1024 * 1024;

/** What the last member says it becomes (RFC 1952, ISIZE). */
function announcedSize(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
}

/**
 * Gunzip of Node, in this thread, bounded before it allocates. What is announced honestly is decoded into one buffer of that size, so that
 * no second one is needed to join pieces.
 */
export const nodeInflater: Inflater = {
  gunzip: (bytes, maxBytes) => {
    const announced = announcedSize(bytes);
    const bound = Math.min(maxBytes, Math.max(announced, UNANNOUNCED));
    let info: GunzipInfo;
    try {
      // `info` is Node's, and its declarations leave it out of the return type.
      info = gunzipSync(bytes, {
        maxOutputLength: Math.max(1, bound),
        chunkSize: announced > bound ? SMALLEST_CHUNK : Math.max(announced + 1, SMALLEST_CHUNK),
        info: true,
      }) as unknown as GunzipInfo;
    } catch (cause) {
      if (isTooLarge(cause))
        throw new BaleError({
          code: "LIMIT",
          message: `gzip data expands to more than ${bound} bytes`,
          cause,
        });
      throw new BaleError({ code: "INDEX_INVALID", message: "gzip data is damaged", cause });
    }
    if (info.buffer.length > maxBytes)
      throw new BaleError({ code: "LIMIT", message: `gzip data expands to more than ${maxBytes} bytes` });
    // Node stops silently at bytes that begin no further member.
    if (info.engine.bytesWritten !== bytes.length)
      throw new BaleError({ code: "INDEX_INVALID", message: "gzip data is followed by something else" });
    return info.buffer;
  },
};
