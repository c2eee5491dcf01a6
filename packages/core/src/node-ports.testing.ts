import { createHash } from "node:crypto";
import { crc32, deflateRawSync, gunzipSync } from "node:zlib";
import { BaleError, type Deflater, type Digest, type Hasher, type Inflater } from "@bale/spec";

/** The ports of tests, on Node's own crypto and zlib. */
export const hasher: Hasher = {
  begin: () => {
    const hash = createHash("sha256");
    return {
      update: (chunk) => {
        hash.update(chunk);
      },
      finish: () => `sha256:${hash.digest("hex")}` as Digest,
    };
  },
  digest: (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}` as Digest,
};
export const deflater: Deflater = {
  deflateRaw: (bytes, level) => deflateRawSync(bytes, { level }),
  crc32: (bytes, previous) => crc32(bytes, previous),
};
export const inflater: Inflater = {
  gunzip: (bytes, maxBytes) => {
    try {
      return gunzipSync(bytes, { maxOutputLength: maxBytes });
    } catch (cause) {
      const tooLarge = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
      throw new BaleError({ code: tooLarge ? "LIMIT" : "INDEX_INVALID", message: "not inflated", cause });
    }
  },
};

/** sha256 of a text's UTF-8 bytes, by Node alone. */
export function sha256(text: string | Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(text).digest("hex")}` as Digest;
}
