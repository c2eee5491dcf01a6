import { type Deflater, type Inflater, LIMITS } from "@bale/spec";
import { gzipMember } from "../packs/gzip-member.js";

const LEVEL = 6;

/** One gzip member with the fixed header and level of the format, so that equal tables are equal bytes. */
export function gzipTable(decoded: Uint8Array, deflater: Deflater): Uint8Array {
  return gzipMember(decoded, deflater, LEVEL);
}

// A digest, a size of sixteen figures, a store name of 63 characters, and what stands between them.
const BLOB_BYTES = 160;

/**
 * The decoded table, within the limits of size and of expansion, and no larger than so many rows and the longest list of blobs can be: a
 * bomb has to announce the files that it has not. @throws BaleError `LIMIT`, `INDEX_INVALID`
 */
export function gunzipTable(bytes: Uint8Array, files: number, inflater: Inflater): Uint8Array {
  const byRatio = Math.max(LIMITS.expansionFreeBytes, bytes.length * LIMITS.expansionRatio);
  const byRows = files * (LIMITS.rowBytes + 1) + LIMITS.tableBlobs * BLOB_BYTES;
  return inflater.gunzip(bytes, Math.min(LIMITS.tableDecodedBytes, byRatio, byRows));
}
