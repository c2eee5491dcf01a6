import { BaleError, type ByteStream, LIMITS } from "@bale/spec";
import { archiveRefused, quoted } from "../archive-refused.js";
import { type ByteReader, createByteReader } from "./byte-reader.js";
import { readPaxOverrides } from "./pax-overrides.js";
import { BLOCK, isZeroBlock, readHeaderBlock } from "./tar-header-block.js";

export interface TarItem {
  /** As it is in the archive, not yet judged. */
  readonly name: string;
  readonly type: "file" | "folder";
  readonly size: number;
  /** All header blocks of the entry, byte for byte. */
  readonly header: Uint8Array;
  /** To be read to its end before the next entry is asked for. */
  readonly data: ByteStream;
}
export interface ReadTarOptions {
  /** Entries, folders included. */
  readonly maxEntries?: number | undefined;
  /** Told once, at the end: how many zero bytes follow the two blocks that end an archive. */
  readonly onEnd?: ((zeros: number) => void) | undefined;
}

// A name of 4 KiB and what times and attributes take.
const PAX_BYTES = 64 * 1024;
// GNU tar fills up records of 10 KiB, and lets people choose larger ones.
const MOST_ZEROS = 16 * 1024 * 1024;
const REFUSED_TYPES: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
  S: "a sparse file",
  L: "a long name in GNU's form",
  K: "a long name in GNU's form",
  g: "a header for all entries",
};

function typeOf(flag: string, name: string): TarItem["type"] {
  if (flag === "0" || flag === "7") return "file";
  if (flag === "5") return "folder";
  const what = REFUSED_TYPES[flag] ?? `an entry of the unknown type ${quoted(flag)}`;
  throw archiveRefused("NOT_REGULAR", `it has ${what}: ${quoted(name)}`, {
    fix: "archives of bundles hold regular files and folders only",
  });
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

async function readPadding(reader: ByteReader, size: number): Promise<void> {
  const bytes = size === 0 ? undefined : await reader.take(size);
  if (bytes === undefined && size > 0) throw archiveRefused("ARCHIVE_INVALID", "it is cut off");
  if (bytes && !isZeroBlock(bytes))
    throw archiveRefused("ARCHIVE_INVALID", "what fills up its blocks is not zero");
}

async function block(reader: ByteReader): Promise<Uint8Array> {
  const bytes = await reader.take(BLOCK);
  if (bytes) return bytes;
  throw archiveRefused("ARCHIVE_INVALID", "it has no end: the two zero blocks are missing");
}

/** Two zero blocks end an archive; after them there may be more zeros, and nothing else: no second archive, no hidden data. */
async function readEnd(reader: ByteReader, onEnd: ReadTarOptions["onEnd"]): Promise<void> {
  if (!isZeroBlock(await block(reader)))
    throw archiveRefused("ARCHIVE_INVALID", "a single zero block is among its entries");
  let zeros = 0;
  for await (const chunk of reader.rest()) {
    zeros += chunk.length;
    if (!isZeroBlock(chunk) || zeros > MOST_ZEROS)
      throw archiveRefused("ARCHIVE_INVALID", "it is followed by something else");
  }
  onEnd?.(zeros);
}

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The next header with the PAX records before it; `undefined` at a zero block. */
async function readHeader(reader: ByteReader): Promise<Header | undefined> {
  const first = await block(reader);
  if (isZeroBlock(first)) return undefined;
  const own = readHeaderBlock(first);
  if (own.type !== "x") return { ...own, bytes: first };
  if (own.size > PAX_BYTES)
    throw archiveRefused(
      "LIMIT",
      `an extended header in it has ${own.size} bytes; the limit is ${PAX_BYTES}`,
    );
  const records = own.size === 0 ? new Uint8Array(0) : await reader.take(own.size);
  if (!records) throw archiveRefused("ARCHIVE_INVALID", "it is cut off");
  const held = Buffer.concat([first, records, Buffer.alloc(padding(own.size))]);
  const overrides = readPaxOverrides(records);
  await readPadding(reader, padding(own.size));
  const second = await block(reader);
  if (isZeroBlock(second))
    throw archiveRefused("ARCHIVE_INVALID", "an extended header in it stands before no entry");
  const main = readHeaderBlock(second);
  if (main.type === "x")
    throw archiveRefused("ARCHIVE_INVALID", "two extended headers in it stand before one entry");
  return {
    name: overrides.path ?? main.name,
    size: overrides.size ?? main.size,
    type: main.type,
    bytes: Buffer.concat([held, second]),
  };
}

/**
 * The entries of a tar (USTAR, PAX, or GNU's where it means the same), in order. It believes nothing: a malformed header, another type than
 * file or folder, and anything after the end is refused, since a reader that skips sees another archive than one that does not.
 * @throws BaleError `ARCHIVE_INVALID`, `LIMIT`, `NAME_ENCODING`, `NOT_REGULAR`, and what the source throws
 */
export async function* readTar(source: ByteStream, options: ReadTarOptions = {}): AsyncGenerator<TarItem> {
  const most = options.maxEntries ?? LIMITS.archiveEntries;
  const reader = createByteReader(source);
  let count = 0;
  try {
    for (let header = await readHeader(reader); header; header = await readHeader(reader)) {
      if (++count > most) throw archiveRefused("LIMIT", `it has more than ${most} entries`);
      const type = typeOf(header.type, header.name);
      const { name, size } = header;
      if (type === "folder" && size > 0)
        throw archiveRefused("ARCHIVE_INVALID", `a folder in it has data: ${quoted(name)}`);
      let read = 0;
      async function* data(): ByteStream {
        for await (const chunk of reader.stream(size)) {
          read += chunk.length;
          yield chunk;
        }
      }
      yield { name, type, size, header: header.bytes, data: data() };
      if (read !== size)
        throw new BaleError({ code: "INTERNAL", message: "an entry of an archive was not read to its end" });
      await readPadding(reader, padding(size));
    }
    await readEnd(reader, options.onEnd);
  } finally {
    await reader.close();
  }
}
