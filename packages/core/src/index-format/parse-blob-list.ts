import {
  type BlobRef,
  type Digest,
  isDigest,
  isName,
  type JsonValue,
  LIMITS,
  RESERVED_NAMES,
  type StoreName,
} from "@bale/spec";
import { isCount } from "../json/json-shape.js";
import { parseJson } from "../json/parse-json.js";
import type { IndexErrors } from "./index-error.js";

function parseBlob(value: JsonValue, errors: IndexErrors): BlobRef {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3)
    throw errors.invalid("a blob is no [digest, size] and no [digest, size, store]");
  const [hex, size, store] = value as readonly JsonValue[];
  const digest = `sha256:${String(hex)}`;
  if (typeof hex !== "string" || !isDigest(digest)) throw errors.invalid("a blob has no sha256 digest");
  if (!isCount(size)) throw errors.invalid("a blob has no size");
  if (store === undefined) return { digest: digest as Digest, size };
  if (!isName(store) || RESERVED_NAMES.has(store)) throw errors.invalid("a blob names no store");
  return { digest: digest as Digest, size, store: store as StoreName };
}

/** The first line of a table. Other members than `blobs` are not read. @throws BaleError `INDEX_INVALID`, `LIMIT` */
export function parseBlobList(line: Uint8Array, errors: IndexErrors): readonly BlobRef[] {
  if (line[0] !== 0x7b || line[line.length - 1] !== 0x7d)
    throw errors.invalid("its first line is no JSON object");
  const json = parseJson(line, { maxBytes: LIMITS.tableDecodedBytes, what: "the blob list of a table" });
  const blobs = (json as { readonly [key: string]: JsonValue })["blobs"];
  if (!Array.isArray(blobs)) throw errors.invalid("its first line has no list of blobs");
  if (blobs.length > LIMITS.tableBlobs) throw errors.limit(`it names more than ${LIMITS.tableBlobs} blobs`);
  return (blobs as readonly JsonValue[]).map((blob) => parseBlob(blob, errors));
}
