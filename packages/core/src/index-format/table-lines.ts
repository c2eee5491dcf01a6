import { type BaleError, LIMITS, utf8Length } from "@bale/spec";
import type { IndexErrors } from "./index-error.js";

// Decoding many lines at once costs a fraction of decoding each; a window always holds a whole row.
const WINDOW = 256 * 1024;
const LINE_END = 0x0a;

// A byte order mark stays and is refused by whoever reads the line.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array, errors: IndexErrors): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw errors.invalid("it is not valid UTF-8");
  }
}

const tooLong = (errors: IndexErrors): BaleError =>
  errors.limit(`a row has more than ${LIMITS.rowBytes} bytes`);

/** The first line, and where the next one begins. */
export function firstLine(
  table: Uint8Array,
  errors: IndexErrors,
): { readonly line: Uint8Array; readonly next: number } {
  const end = table.indexOf(LINE_END);
  if (end < 0) throw errors.invalid("its first line has no end");
  return { line: table.subarray(0, end), next: end + 1 };
}

/** The lines from `start` on, one at a time, each ended by a line feed and of at most `LIMITS.rowBytes` bytes. */
export function* rowLines(
  table: Uint8Array,
  start: number,
  errors: IndexErrors,
): Generator<string, void, undefined> {
  if (table.length > start && table[table.length - 1] !== LINE_END)
    throw errors.invalid("its last line has no end");
  let from = start;
  while (from < table.length) {
    const window = table.subarray(from, from + WINDOW);
    const end = window.lastIndexOf(LINE_END);
    if (end < 0) throw tooLong(errors);
    const text = decode(window.subarray(0, end + 1), errors);
    // In ASCII, characters are bytes; only other text needs a second count.
    const isAscii = text.length === end + 1;
    let at = 0;
    while (at < text.length) {
      const lineEnd = text.indexOf("\n", at);
      const line = text.slice(at, lineEnd);
      if (line.length > LIMITS.rowBytes || (!isAscii && utf8Length(line) > LIMITS.rowBytes))
        throw tooLong(errors);
      yield line;
      at = lineEnd + 1;
    }
    from += end + 1;
  }
}
