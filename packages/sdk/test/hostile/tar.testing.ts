import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { MANIFEST, type Place } from "./handmade.testing.js";

/** One entry of a tar, as its header says. */
export interface TarItem {
  readonly name: string;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly link?: string;
  readonly mode?: number;
  /** In place of the body's own. */
  readonly size?: number;
  readonly checksum?: number;
}
const BLOCK = 512;

function field(header: Buffer, text: string, offset: number, length: number): void {
  header.write(text.slice(0, length), offset, length, "latin1");
}

/** A USTAR entry, without a check of anything. */
export function tarItem(item: TarItem): Buffer {
  const body = Buffer.from(item.body ?? "");
  const header = Buffer.alloc(BLOCK);
  header.write(item.name, 0, 100, "utf8");
  field(header, (item.mode ?? 0o644).toString(8).padStart(7, "0"), 100, 7);
  field(header, "0000000", 108, 7);
  field(header, "0000000", 116, 7);
  field(header, (item.size ?? body.length).toString(8).padStart(11, "0"), 124, 11);
  field(header, "00000000000", 136, 11);
  field(header, "        ", 148, 8);
  field(header, item.type ?? "0", 156, 1);
  field(header, item.link ?? "", 157, 100);
  field(header, "ustar\u000000", 257, 8);
  const sum = item.checksum ?? header.reduce((total, byte) => total + byte, 0);
  field(header, `${sum.toString(8).padStart(6, "0")}\u0000 `, 148, 8);
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

export function tar(items: readonly TarItem[]): Buffer {
  return Buffer.concat([...items.map(tarItem), Buffer.alloc(2 * BLOCK)]);
}

/** PAX records of one extended header. */
export function pax(records: Readonly<Record<string, string>>): TarItem {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest) + 1;
    while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`);
    return `${length}${rest}`;
  });
  return { name: "pax", type: "x", body: lines.join("") };
}

export interface ForeignLayer {
  readonly title?: string;
  /** An archive that asks to be unpacked. */
  readonly archive?: Uint8Array;
  readonly gzip?: boolean;
  readonly content?: string | Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An artifact of another tool, as oras writes it. */
export function putForeign(place: Place, layers: readonly ForeignLayer[]): string {
  const put = (bytes: Uint8Array): { digest: string; size: number } => ({
    digest: place.store.putBlob(place.repository, bytes),
    size: bytes.length,
  });
  const descriptors = layers.map((layer) => {
    const title = layer.title === undefined ? {} : { "org.opencontainers.image.title": layer.title };
    if (layer.archive === undefined)
      return {
        mediaType: "text/plain",
        ...put(Buffer.from(layer.content ?? "1")),
        annotations: { ...title, ...layer.annotations },
      };
    const stored = layer.gzip === false ? layer.archive : gzipSync(layer.archive);
    const digest = `sha256:${createHash("sha256").update(layer.archive).digest("hex")}`;
    return {
      mediaType: `application/vnd.oci.image.layer.v1.tar${layer.gzip === false ? "" : "+gzip"}`,
      ...put(stored),
      annotations: {
        ...title,
        "io.deis.oras.content.unpack": "true",
        "io.deis.oras.content.digest": digest,
        ...layer.annotations,
      },
    };
  });
  const config = { mediaType: "application/vnd.oci.empty.v1+json", ...put(Buffer.from("{}")) };
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: "application/vnd.acme.files",
    config,
    layers: descriptors,
  };
  return place.store.putManifest(place.repository, Buffer.from(JSON.stringify(manifest)), {
    mediaType: MANIFEST,
    tag: place.tag,
  });
}
