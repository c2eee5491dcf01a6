import { createHash } from "node:crypto";
import { crc32, deflateRawSync, gunzipSync } from "node:zlib";
import {
  type BlobRef,
  type BundlePath,
  type Deflater,
  type Digest,
  type EntryKind,
  type Extent,
  type FileRow,
  type LayerName,
  parseBundlePath,
  type StoreName,
} from "@bale/spec";
import type { IncomingFile, LayerPackInput, PackOptions } from "./pack-plan.js";

export const KiB = 1024;
export const MiB: number = 1024 * KiB;
export const CODE: LayerName = "code" as LayerName;

export const deflater: Deflater = {
  deflateRaw: (bytes, level) => deflateRawSync(bytes, { level }),
  crc32: (bytes, previous = 0) => crc32(bytes, previous),
};

export function digestOf(content: string | Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(content).digest("hex")}` as Digest;
}

/** Bytes that look random, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < length; index++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** A planned file whose content is known by name only: planners never look at bytes. */
export function file(
  path: string,
  size: number,
  more: { kind?: EntryKind; content?: string; store?: string; target?: string } = {},
): IncomingFile {
  return {
    path: parseBundlePath(path),
    kind: more.kind ?? "file",
    digest: digestOf(more.content ?? `${path} ${size}`),
    size,
    ...(more.target === undefined ? {} : { target: more.target }),
    ...(more.store === undefined ? {} : { store: more.store as StoreName }),
  };
}

export function blobRef(name: string, size: number, store?: string): BlobRef {
  return {
    digest: digestOf(`blob ${name}`),
    size,
    ...(store === undefined ? {} : { store: store as StoreName }),
  };
}

export function row(
  path: string,
  size: number,
  extents: readonly Extent[],
  kind: EntryKind = "file",
): FileRow {
  const { digest } = file(path, size);
  return { path: path as BundlePath, kind, digest, size, extents };
}

/** A row whose file is one blob. */
export function wholeRow(path: string, size: number, kind: EntryKind = "file"): FileRow {
  const { digest } = file(path, size);
  return {
    path: path as BundlePath,
    kind,
    digest,
    size,
    extents: [{ blob: { digest, size }, offset: 0, length: size }],
  };
}

/** Rows of a pack that was written without compression, data one after another. */
export function packedRows(blob: BlobRef, files: readonly (readonly [string, number])[]): FileRow[] {
  let offset = 512;
  return files.map(([path, size]) => {
    const extent = { blob, offset, length: size };
    offset += Math.ceil(size / 512) * 512 + 512;
    return row(path, size, [extent]);
  });
}

export const OPTIONS: PackOptions = {
  smallerThan: 1 * MiB,
  target: 64 * MiB,
  exact: false,
  compression: "gzip",
  manifestLayers: 100,
  hardManifestLayers: 1000,
};

export function layerInput(input: Partial<LayerPackInput> = {}): LayerPackInput {
  return { layer: CODE, kept: [], dropped: [], exactPacks: new Set(), incoming: [], ...input };
}

export function held(rows: readonly FileRow[]): { row: FileRow; held: boolean }[] {
  return rows.map((kept) => ({ row: kept, held: true }));
}

/** What a reader of the index does, with nothing but the extents and the blob. */
export function readThroughExtents(extents: readonly Extent[], blob: Uint8Array): Buffer {
  return Buffer.concat(
    extents.map(({ offset, length, member }) => {
      const stored = blob.subarray(offset, offset + length);
      if (!member) return stored;
      return gunzipSync(stored).subarray(member.skip, member.skip + member.take);
    }),
  );
}
