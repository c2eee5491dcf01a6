import { archiveRefused, quoted } from "../archive-refused.js";

export const BLOCK = 512;

/** A header block as it says itself, before the PAX records that may stand before it. */
export interface HeaderBlock {
  readonly name: string;
  readonly size: number;
  /** The type flag as a character; NUL, which is an old way to say file, as `0`. */
  readonly type: string;
}

const USTAR = "ustar\u000000";
const GNU = "ustar  \u0000";
const strictText = new TextDecoder("utf-8", { fatal: true });

function ascii(block: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...block.subarray(start, end));
}

function text(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  try {
    return strictText.decode(end < 0 ? field : field.subarray(0, end));
  } catch {
    throw archiveRefused("NAME_ENCODING", "a name in it is not UTF-8");
  }
}

function malformed(what: string): Error {
  return archiveRefused("ARCHIVE_INVALID", `a header in it is malformed: ${what}`);
}

/** POSIX.1-2017, pax, "ustar Interchange Format": octal digits, ended by a space or NUL; some writers begin with spaces. */
function octal(block: Uint8Array, start: number, length: number, what: string): number {
  const found = /^ *([0-7]+)[ \u0000]*$/.exec(ascii(block, start, start + length));
  if (!found) throw malformed(what);
  return Number.parseInt(found[1] as string, 8);
}

/** GNU's form for large numbers: the highest bit of the first byte, then a binary number. */
function size(block: Uint8Array): number {
  const first = block[124] as number;
  if (first < 0x80) return octal(block, 124, 12, "size");
  if (first !== 0x80) throw malformed("size");
  let value = 0;
  for (const byte of block.subarray(125, 136)) {
    value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw malformed("size");
  }
  return value;
}

function checkSum(block: Uint8Array): void {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] as number;
  if (octal(block, 148, 8, "checksum") !== sum) throw malformed("its checksum is wrong");
}

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** @throws BaleError `ARCHIVE_INVALID`, `NAME_ENCODING`. What a header says of times, owners and modes is not read. */
export function readHeaderBlock(block: Uint8Array): HeaderBlock {
  checkSum(block);
  const magic = ascii(block, 257, 265);
  if (magic !== USTAR && magic !== GNU) throw malformed(`${quoted(magic)} in place of ustar`);
  const prefix = magic === USTAR ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  const type = ascii(block, 156, 157);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: size(block),
    type: type === "\u0000" ? "0" : type,
  };
}
