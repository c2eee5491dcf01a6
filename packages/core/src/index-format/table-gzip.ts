import { type Deflater, type Inflater, LIMITS } from "@bale/spec";
import { gzipMember } from "../packs/gzip-member.js";

const LEVEL = 6;

/** One gzip member with the fixed header and level of the format, so that equal tables are equal bytes. */
export function gzipTable(decoded: Uint8Array, deflater: Deflater): Uint8Array {
  return gzipMember(decoded, deflater, LEVEL);
}

/** The decoded table, within the limits of size and of expansion. @throws BaleError `LIMIT`, `INDEX_INVALID` */
export function gunzipTable(bytes: Uint8Array, inflater: Inflater): Uint8Array {
  const byRatio = Math.max(LIMITS.expansionFreeBytes, bytes.length * LIMITS.expansionRatio);
  return inflater.gunzip(bytes, Math.min(LIMITS.tableDecodedBytes, byRatio));
}
