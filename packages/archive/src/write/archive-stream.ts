import type { TarEntry } from "@bale/core";
import { type ByteStream, comparePaths, type Digest, digestHex } from "@bale/spec";
import { type TarSource, tarSize, tarStream } from "../tar/tar-stream.js";
import { type ArchivedManifest, archiveIndex, archiveLayout } from "./archive-documents.js";

/** A blob to write. `open` gives its bytes and throws, instead of ending, when they do not have the digest. */
export interface ArchivedBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly open: () => ByteStream;
}
export interface ArchiveContent {
  readonly manifests: readonly ArchivedManifest[];
  /** Manifests among them. In any order; each digest is written once. */
  readonly blobs: Iterable<ArchivedBlob>;
}

export const BLOBS_FOLDER = "blobs/sha256";

function bytesOf(path: string, bytes: Uint8Array): TarSource {
  const open = async function* (): ByteStream {
    yield bytes;
  };
  return { entry: { path, type: "file", size: bytes.length }, open };
}

function* sourcesOf({ manifests, blobs }: ArchiveContent): Generator<TarSource> {
  const folder = (path: string): TarSource => ({ entry: { path, type: "folder", size: 0 }, open: nothing });
  yield folder("blobs");
  yield folder(BLOBS_FOLDER);
  const byDigest = new Map<Digest, ArchivedBlob>();
  for (const blob of blobs) byDigest.set(blob.digest, blob);
  for (const { digest, size, open } of [...byDigest.values()].sort((a, b) =>
    comparePaths(a.digest, b.digest),
  ))
    yield { entry: { path: `${BLOBS_FOLDER}/${digestHex(digest)}`, type: "file", size }, open };
  const index = archiveIndex(manifests);
  yield bytesOf("index.json", index);
  yield bytesOf("oci-layout", archiveLayout(index));
}

async function* nothing(): ByteStream {}

/**
 * An OCI image layout as a tar: the one byte sequence for these manifests under these names and these blobs. Nothing of it is held in memory
 * but the names.
 * @throws BaleError `SIZE_MISMATCH`, and what the blobs throw: what was written until then is no archive, since it has no end
 */
export function archiveStream(content: ArchiveContent): ByteStream {
  return tarStream(sourcesOf(content));
}

/** Bytes of that tar. */
export function archiveSize(content: ArchiveContent): number {
  const entries: TarEntry[] = [];
  for (const { entry } of sourcesOf(content)) entries.push(entry);
  return tarSize(entries);
}
