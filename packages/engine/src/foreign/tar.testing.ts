/** One entry of a handmade tar, with every field open to lies. */
export interface RawEntry {
  readonly name: string | Uint8Array;
  /** `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder, `6` pipe, `x` PAX. Default `0`. */
  readonly type?: string;
  readonly body?: Uint8Array | string;
  /** In the header; default: that of the body. */
  readonly size?: number;
  readonly mode?: number;
  readonly link?: string;
}

const BLOCK = 512;

function header({
  name,
  type = "0",
  size,
  mode = 0o644,
  link = "",
}: RawEntry & { readonly size: number }): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.set(typeof name === "string" ? Buffer.from(name) : name, 0);
  block.write(mode.toString(8).padStart(7, "0"), 100);
  block.write("0000000\u00000000000", 108, "latin1");
  block.write(size.toString(8).padStart(11, "0"), 124);
  block.write("00000000000", 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write("ustar\u000000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  return block;
}

export function tarEntry(entry: RawEntry): Buffer {
  const body = Buffer.from(entry.body ?? "");
  const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
  return Buffer.concat([header({ ...entry, size: entry.size ?? body.length }), body, padding]);
}

export function tarOf(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

/** A PAX header with records for the entry that follows. */
export function paxEntry(records: Readonly<Record<string, string>>): RawEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    const length = rest + String(rest + String(rest).length).length;
    return `${length} ${key}=${value}\n`;
  });
  return { name: "PaxHeader", type: "x", body: lines.join("") };
}
