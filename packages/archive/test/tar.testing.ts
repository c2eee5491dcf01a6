/** One entry of a handmade tar, with every field open to lies. */
export interface RawEntry {
  readonly name: string | Uint8Array;
  /** `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder, `6` pipe, `x` PAX. Default `0`. */
  readonly type?: string;
  readonly body?: Uint8Array | string;
  /** In the header; default: that of the body. */
  readonly size?: number;
  readonly link?: string;
  readonly prefix?: string;
  readonly magic?: string;
  /** Changes the finished header. */
  readonly spoil?: (header: Buffer) => void;
}

const BLOCK = 512;

function header(entry: RawEntry, size: number): Buffer {
  const { name, type = "0", link = "", prefix = "", magic = "ustar\u000000" } = entry;
  const block = Buffer.alloc(BLOCK);
  block.set(typeof name === "string" ? Buffer.from(name) : name, 0);
  block.write("0000644\u00000000000\u00000000000\u0000", 100, "latin1");
  block.write(`${size.toString(8).padStart(11, "0")}\u000014706516712\u0000        `, 124, "latin1");
  block.write(type, 156, "latin1");
  block.write(link, 157);
  block.write(magic, 257, "latin1");
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  entry.spoil?.(block);
  return block;
}

export function tarEntry(entry: RawEntry): Buffer {
  const body = Buffer.from(entry.body ?? "");
  const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
  return Buffer.concat([header(entry, entry.size ?? body.length), body, padding]);
}

export const TWO_ZERO_BLOCKS: Buffer = Buffer.alloc(2 * BLOCK);

export function tarOf(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), TWO_ZERO_BLOCKS]);
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

/** A layout as another tool would put it into a tar: other order, other documents. */
export function foreignTar(
  blobs: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  index: object,
  more: readonly RawEntry[] = [],
): Buffer {
  return tarOf([
    { name: "oci-layout", body: '{"imageLayoutVersion": "1.0.0"}' },
    { name: "index.json", body: JSON.stringify(index) },
    { name: "blobs/", type: "5" },
    { name: "blobs/sha256/", type: "5" },
    ...blobs.map(({ path, bytes }) => ({ name: path, body: bytes })),
    ...more,
  ]);
}
