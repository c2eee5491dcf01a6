import { gunzipSync } from "node:zlib";
import { BaleError, type Inflater } from "@bale/spec";

interface GunzipInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}

/** Gunzip of Node, in this thread, bounded before it allocates. */
export const nodeInflater: Inflater = {
  gunzip: (bytes, maxBytes) => {
    let info: GunzipInfo;
    try {
      // `info` is Node's, and its declarations leave it out of the return type.
      info = gunzipSync(bytes, {
        maxOutputLength: Math.max(1, maxBytes),
        info: true,
      }) as unknown as GunzipInfo;
    } catch (cause) {
      if (isTooLarge(cause))
        throw new BaleError({
          code: "LIMIT",
          message: `gzip data expands to more than ${maxBytes} bytes`,
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
