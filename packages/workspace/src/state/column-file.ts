import { hash } from "node:crypto";
import type { JsonObject } from "@bale/spec";

/** A table of paths in columns: 100,000 rows load in tens of milliseconds, which one JSON document or one line a row does not. */
export interface ColumnFile {
  readonly header: JsonObject;
  /** None holds a line feed. */
  readonly paths: readonly string[];
  readonly columns: Readonly<Record<string, Uint8Array>>;
}
/** Paths that the reader may already have as texts; where a file has just these, theirs are used and none is made. */
export type KnownPaths = readonly string[];
export type ColumnFileProblem = "newer" | "corrupt";

const CHECKSUM_BYTES = 32;
const LINE_FEED = 0x0a;

function checksum(bytes: Uint8Array): Buffer {
  return hash("sha256", bytes, "buffer");
}

/** First line `bale-<kind> <version>`, second a JSON description, then the columns, the paths, and a sha256 over all before it. */
export function encodeColumnFile(kind: string, version: number, file: ColumnFile): Uint8Array {
  const names = Object.keys(file.columns).sort();
  const paths = Buffer.from(file.paths.join("\n"), "utf8");
  const description = JSON.stringify({
    header: file.header,
    count: file.paths.length,
    pathBytes: paths.length,
    columns: names.map((name) => [name, file.columns[name]?.length ?? 0]),
  });
  const body = [
    Buffer.from(`bale-${kind} ${version}\n${description}\n`, "utf8"),
    ...names.map((name) => file.columns[name] ?? new Uint8Array(0)),
    paths,
  ];
  const whole = Buffer.concat(
    body,
    body.reduce((sum, part) => sum + part.length, CHECKSUM_BYTES),
  );
  const end = whole.length - CHECKSUM_BYTES;
  checksum(whole.subarray(0, end)).copy(whole, end);
  return whole;
}

function readVersion(bytes: Buffer, kind: string): number | undefined {
  const end = bytes.subarray(0, 64).indexOf(LINE_FEED);
  const match = /^bale-([a-z-]+) ([1-9][0-9]{0,5})$/.exec(bytes.toString("latin1", 0, Math.max(end, 0)));
  return match && match[1] === kind ? Number(match[2]) : undefined;
}

interface Description {
  readonly header: JsonObject;
  readonly count: number;
  readonly pathBytes: number;
  readonly columns: readonly (readonly [string, number])[];
}

function splitPaths(text: string, count: number, known: KnownPaths | undefined): readonly string[] {
  if (count === 0) return [];
  return known?.length === count && known.join("\n") === text ? known : text.split("\n");
}

function splitColumns(
  bytes: Buffer,
  start: number,
  description: Description,
  known: KnownPaths | undefined,
): ColumnFile | ColumnFileProblem {
  const columns: Record<string, Uint8Array> = {};
  let at = start;
  for (const [name, length] of description.columns) {
    // A copy, since typed arrays need alignment.
    columns[name] = Uint8Array.prototype.slice.call(bytes, at, at + length);
    at += length;
  }
  const end = at + description.pathBytes;
  if (end !== bytes.length - CHECKSUM_BYTES) return "corrupt";
  const paths = splitPaths(bytes.toString("utf8", at, end), description.count, known);
  return paths.length === description.count ? { header: description.header, paths, columns } : "corrupt";
}

/** The table, or why there is none: `newer` when the version is above `version`, `corrupt` for anything else. */
export function decodeColumnFile(
  kind: string,
  version: number,
  input: Uint8Array,
  known?: KnownPaths,
): ColumnFile | ColumnFileProblem {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const found = readVersion(bytes, kind);
  if (found === undefined) return "corrupt";
  // Before the checksum: a later version may keep it elsewhere.
  if (found > version) return "newer";
  const end = bytes.length - CHECKSUM_BYTES;
  const first = bytes.indexOf(LINE_FEED) + 1;
  const second = bytes.indexOf(LINE_FEED, first);
  if (second < 0 || second > end || !checksum(bytes.subarray(0, end)).equals(bytes.subarray(end)))
    return "corrupt";
  try {
    const description = JSON.parse(bytes.toString("utf8", first, second)) as Description;
    return splitColumns(bytes, second + 1, description, known);
  } catch {
    return "corrupt";
  }
}
