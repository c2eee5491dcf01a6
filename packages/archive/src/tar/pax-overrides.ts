import { archiveRefused } from "../archive-refused.js";

/** What PAX records say of the entry after them, as far as it matters here. */
export interface PaxOverrides {
  readonly path?: string;
  readonly size?: number;
}

const strictText = new TextDecoder("utf-8", { fatal: true });
const NEWLINE = 0x0a;
const SPACE = 0x20;

function malformed(): Error {
  return archiveRefused("ARCHIVE_INVALID", "an extended header in it is malformed");
}

function decode(bytes: Uint8Array): string {
  try {
    return strictText.decode(bytes);
  } catch {
    throw archiveRefused("NAME_ENCODING", "an extended header in it is not UTF-8");
  }
}

/** One record of `<length> <key>=<value>\n`, where the length counts itself (POSIX.1-2017, pax, "pax Extended Header"). */
function readRecord(bytes: Uint8Array, at: number): { key: string; value: Uint8Array; end: number } {
  const space = bytes.indexOf(SPACE, at);
  const digits = space < 0 ? "" : String.fromCharCode(...bytes.subarray(at, Math.min(space, at + 12)));
  if (!/^[1-9][0-9]{0,10}$/.test(digits)) throw malformed();
  const end = at + Number(digits);
  if (end > bytes.length || end <= space + 2 || bytes[end - 1] !== NEWLINE) throw malformed();
  const equals = bytes.indexOf(0x3d, space);
  if (equals < 0 || equals >= end || equals === space + 1) throw malformed();
  return { key: decode(bytes.subarray(space + 1, equals)), value: bytes.subarray(equals + 1, end - 1), end };
}

/**
 * Two readers that understand such a header differently see two archives: what is malformed or said twice is refused, and never skipped.
 * @throws BaleError `ARCHIVE_INVALID`, `NAME_ENCODING`, `NOT_REGULAR` for sparse files
 */
export function readPaxOverrides(bytes: Uint8Array): PaxOverrides {
  const seen = new Set<string>();
  let overrides: PaxOverrides = {};
  for (let at = 0; at < bytes.length; ) {
    const { key, value, end } = readRecord(bytes, at);
    at = end;
    if (seen.has(key)) throw malformed();
    seen.add(key);
    if (key.startsWith("GNU.sparse.")) throw archiveRefused("NOT_REGULAR", "it has a sparse file");
    if (key === "hdrcharset") throw archiveRefused("NAME_ENCODING", "it names a character set of its own");
    if (key === "path") overrides = { ...overrides, path: decode(value) };
    if (key === "size") {
      const digits = decode(value);
      const size = Number(digits);
      if (!/^(?:0|[1-9][0-9]{0,15})$/.test(digits) || !Number.isSafeInteger(size)) throw malformed();
      overrides = { ...overrides, size };
    }
  }
  return overrides;
}
