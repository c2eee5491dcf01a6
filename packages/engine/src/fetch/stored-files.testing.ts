import { layoutPack, packBytes, packExtents } from "@bale/core";
import {
  type BlobDriver,
  type BlobRef,
  type BundlePath,
  type EntryKind,
  type FileRow,
  parseBundlePath,
} from "@bale/spec";
import { bytesSource, createBlobStore, nodeDeflater, nodeHasher } from "@bale/storage";

export interface SampleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly kind?: EntryKind;
}

export async function storeBlob(driver: BlobDriver, bytes: Uint8Array): Promise<BlobRef> {
  const blob = { digest: nodeHasher.digest(bytes), size: bytes.length };
  await createBlobStore(driver, { hasher: nodeHasher }).put(blob, bytesSource(bytes));
  return blob;
}

/** Rows of files that were stored as one pack. */
export async function storePack(
  driver: BlobDriver,
  files: readonly SampleFile[],
  compression: "gzip" | "none" = "gzip",
): Promise<FileRow[]> {
  const byPath = new Map(files.map((file) => [parseBundlePath(file.path), file]));
  const entries = [...byPath].map(([path, { bytes, kind = "file" }]) => ({ path, kind, size: bytes.length }));
  const plans = layoutPack(entries);
  const read = (path: BundlePath, offset: number, length: number) =>
    (byPath.get(path) as SampleFile).bytes.subarray(offset, offset + length);
  const { bytes, memberLengths } = packBytes(plans, read, nodeDeflater, compression);
  const extents = packExtents(plans, memberLengths, await storeBlob(driver, bytes), compression);
  return [...byPath].map(([path, file]) => ({
    path,
    kind: file.kind ?? "file",
    digest: nodeHasher.digest(file.bytes),
    size: file.bytes.length,
    extents: extents.get(path) ?? [],
  }));
}

/** The row of a file that was stored as a blob of its own. */
export async function storeWhole(driver: BlobDriver, file: SampleFile): Promise<FileRow> {
  const blob = await storeBlob(driver, file.bytes);
  return {
    path: parseBundlePath(file.path),
    kind: file.kind ?? "file",
    digest: blob.digest,
    size: blob.size,
    extents: [{ blob, offset: 0, length: blob.size }],
  };
}
