import { paxRecords } from "./pax-records.js";

export interface TarEntry {
  /** Without a slash at the end, folders too. */
  readonly path: string;
  readonly type: "file" | "exec" | "link" | "folder";
  /** Bytes of data that follow; 0 for links and folders. */
  readonly size: number;
  /** Of a link only. */
  readonly target?: string | undefined;
}

export const TAR_BLOCK = 512;
/** The two zero blocks that end an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * TAR_BLOCK);

// POSIX.1-2017, pax, "ustar Interchange Format": 11 octal digits.
const LARGEST_USTAR_SIZE = 8 ** 11 - 1;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const TYPE_FLAGS = { file: "0", exec: "0", link: "2", folder: "5" } as const;
const MODES = { file: "0000644", exec: "0000755", link: "0000777", folder: "0000755" } as const;

interface UstarName {
  readonly prefix: string;
  readonly name: string;
}

/** Zero bytes that fill the last block after `size` bytes of data. */
export function tarPadding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

/** The split at a slash that USTAR asks for, or `undefined` where there is none. */
function splitName(name: string): UstarName | undefined {
  if (!PRINTABLE_ASCII.test(name)) return undefined;
  if (name.length <= NAME_BYTES) return { prefix: "", name };
  // The latest slash that leaves a name; the one that ends a folder leaves none.
  const slash = name.lastIndexOf("/", Math.min(PREFIX_BYTES, name.length - 2));
  if (slash <= 0 || name.length - slash - 1 > NAME_BYTES) return undefined;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** For readers that do not know PAX, which then at least list something. */
function asciiStandIn(name: string): string {
  const ascii = name.replace(/[^\x21-\x7e]+/g, "").slice(-NAME_BYTES);
  return ascii === "" ? "entry" : ascii;
}

function writeAscii(block: Uint8Array, offset: number, text: string): void {
  for (let index = 0; index < text.length; index++) block[offset + index] = text.charCodeAt(index);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

interface UstarFields {
  readonly name: UstarName;
  readonly mode: string;
  readonly size: number;
  readonly flag: string;
  readonly target: string;
}

/** One header block (POSIX.1-2017, pax, "ustar Interchange Format") into zero bytes at `at`. */
function writeBlock(bytes: Uint8Array, at: number, fields: UstarFields): void {
  writeAscii(bytes, at, fields.name.name);
  writeAscii(bytes, at + 100, fields.mode);
  writeAscii(bytes, at + 108, "0000000");
  writeAscii(bytes, at + 116, "0000000");
  writeAscii(bytes, at + 124, octal(fields.size, 11));
  writeAscii(bytes, at + 136, "00000000000");
  writeAscii(bytes, at + 148, "        ");
  writeAscii(bytes, at + 156, fields.flag);
  writeAscii(bytes, at + 157, fields.target);
  writeAscii(bytes, at + 257, "ustar\u000000");
  writeAscii(bytes, at + 345, fields.name.prefix);
  let sum = 0;
  for (let index = at; index < at + TAR_BLOCK; index++) sum += bytes[index] as number;
  writeAscii(bytes, at + 148, `${octal(sum, 6)}\0 `);
}

/** What USTAR cannot say of the entry, as PAX records; empty for most. */
function extendedRecords(name: string, split: UstarName | undefined, entry: TarEntry): Map<string, string> {
  const records = new Map<string, string>();
  if (!split) records.set("path", name);
  const target = entry.target ?? "";
  if (target.length > NAME_BYTES || !PRINTABLE_ASCII.test(target)) records.set("linkpath", target);
  if (entry.size > LARGEST_USTAR_SIZE) records.set("size", String(entry.size));
  return records;
}

/** The name as tar spells it: folders end with a slash. */
function tarName(entry: TarEntry): string {
  return entry.type === "folder" ? `${entry.path}/` : entry.path;
}

/** Most entries of real trees: one block, seen without splitting or encoding anything. */
function isPlain(name: string, entry: TarEntry): boolean {
  return (
    name.length <= NAME_BYTES &&
    entry.target === undefined &&
    entry.size <= LARGEST_USTAR_SIZE &&
    PRINTABLE_ASCII.test(name)
  );
}

/** Length of `tarHeader` without building it: planners ask for many. */
export function tarHeaderLength(entry: TarEntry): number {
  const name = tarName(entry);
  if (isPlain(name, entry)) return TAR_BLOCK;
  const records = extendedRecords(name, splitName(name), entry);
  if (records.size === 0) return TAR_BLOCK;
  const pax = paxRecords(records).length;
  return 2 * TAR_BLOCK + pax + tarPadding(pax);
}

/** Writes what `tarHeader` returns into zero bytes at `at`, and answers its length. */
export function writeTarHeader(bytes: Uint8Array, at: number, entry: TarEntry): number {
  const name = tarName(entry);
  const fields = { mode: MODES[entry.type], flag: TYPE_FLAGS[entry.type] };
  if (isPlain(name, entry)) {
    writeBlock(bytes, at, { ...fields, name: { prefix: "", name }, size: entry.size, target: "" });
    return TAR_BLOCK;
  }
  const split = splitName(name);
  const records = extendedRecords(name, split, entry);
  let paxLength = 0;
  if (records.size > 0) {
    const pax = paxRecords(records);
    const paxName = `PaxHeaders/${asciiStandIn(name.replaceAll("/", "")).slice(0, 80)}`;
    const header = { mode: MODES.file, flag: "x", size: pax.length, target: "" };
    writeBlock(bytes, at, { ...header, name: { prefix: "", name: paxName } });
    bytes.set(pax, at + TAR_BLOCK);
    paxLength = TAR_BLOCK + pax.length + tarPadding(pax.length);
  }
  writeBlock(bytes, at + paxLength, {
    ...fields,
    name: split ?? { prefix: "", name: asciiStandIn(name) },
    size: records.has("size") ? 0 : entry.size,
    target: records.has("linkpath") ? asciiStandIn(entry.target ?? "") : (entry.target ?? ""),
  });
  return paxLength + TAR_BLOCK;
}

/**
 * The header blocks of one entry: USTAR, with a PAX header before it where USTAR cannot hold the name, the link's target or the size.
 * Times, owners and names are zero, so that equal trees give equal bytes.
 */
export function tarHeader(entry: TarEntry): Uint8Array {
  const bytes = new Uint8Array(tarHeaderLength(entry));
  writeTarHeader(bytes, 0, entry);
  return bytes;
}
