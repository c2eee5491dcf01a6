import {
  type BlobRef,
  type Digest,
  type FileRow,
  isDigest,
  type JsonValue,
  LIMITS,
  parseBundlePath,
} from "@bale/spec";
import { isCount } from "../json/json-shape.js";
import { parseJson } from "../json/parse-json.js";
import type { IndexErrors } from "./index-error.js";
import { parseExtents } from "./parse-extents.js";
import { ROW_KINDS } from "./row-text.js";

const KNOWN_MEMBERS = 5;
const encoder = new TextEncoder();

function parseLine(line: string, errors: IndexErrors): readonly unknown[] {
  if (!line.startsWith("[") || !line.endsWith("]")) throw errors.invalid("a line is no row");
  try {
    // Safe here: the line has at most `LIMITS.rowBytes`, and what is read of it are texts and numbers.
    return JSON.parse(line) as readonly unknown[];
  } catch {
    throw errors.invalid("a row is no JSON");
  }
}

/** Trailing members are kept and written again, so they are read by the strict reader: depth, double keys, prototype keys. */
function parseTrailing(line: string): readonly JsonValue[] {
  const json = parseJson(encoder.encode(line), { maxBytes: LIMITS.rowBytes, what: "a row of a table" });
  return (json as readonly JsonValue[]).slice(KNOWN_MEMBERS);
}

/** One row by its form; what its numbers mean together is `checkRow`'s part. @throws BaleError `INDEX_INVALID`, `LIMIT`, and those of `parseBundlePath` */
export function parseRow(line: string, blobs: readonly BlobRef[], errors: IndexErrors): FileRow {
  const members = parseLine(line, errors);
  const [pathText, kindNumber, hex, size, where] = members;
  if (members.length < KNOWN_MEMBERS) throw errors.invalid("a row has fewer than five members");
  if (typeof pathText !== "string") throw errors.invalid("a row has no path");
  const kind = isCount(kindNumber) ? ROW_KINDS[kindNumber] : undefined;
  if (kind === undefined) throw errors.invalid("a row has a kind other than 0, 1 and 2");
  const digest = `sha256:${String(hex)}`;
  if (typeof hex !== "string" || !isDigest(digest)) throw errors.invalid("a row has no sha256 digest");
  if (!isCount(size)) throw errors.invalid("a row has no size");
  const path = parseBundlePath(pathText);
  const trailing = members.length > KNOWN_MEMBERS ? { trailing: parseTrailing(line) } : undefined;
  if (kind === "link") {
    if (typeof where !== "string") throw errors.invalid("a link has no target");
    const row = { path, kind, digest: digest as Digest, size, target: where, extents: [] };
    return trailing ? { ...row, ...trailing } : row;
  }
  const extents = parseExtents(where, blobs, errors);
  const row: FileRow = extents
    ? { path, kind, digest: digest as Digest, size, extents }
    : { path, kind, digest: digest as Digest, size, extents: [], unknownExtents: true };
  return trailing ? { ...row, ...trailing } : row;
}
