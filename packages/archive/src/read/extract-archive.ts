import { BaleError, type ByteStream, LIMITS } from "@bale/spec";
import { archiveRefused, quoted } from "../archive-refused.js";
import { gunzipStream } from "../gzip/gunzip-stream.js";
import { createSealWatch } from "../gzip/gzip-seal.js";
import { readTar, type TarItem } from "../tar/read-tar.js";
import type { ArchivedManifest } from "../write/archive-documents.js";
import { readArchiveListing } from "./archive-listing.js";
import { createCanonicalForm } from "./canonical-form.js";
import { checkReachable } from "./check-reachable.js";
import { entryPlace, plainName } from "./entry-place.js";
import { type ExtractionFolder, openExtractionFolder } from "./extraction-folder.js";

export interface ExtractOptions {
  readonly signal?: AbortSignal | undefined;
  /** Entries of the archive, folders included. Default: `LIMITS.archiveEntries`. */
  readonly maxEntries?: number | undefined;
  /** Bytes of the archive read so far. */
  readonly onBytes?: ((read: number) => void) | undefined;
}
export interface ExtractedArchive {
  /** What the archive lists, in its order. */
  readonly manifests: readonly ArchivedManifest[];
  /** Whether bale wrote it: then it is byte for byte what bale writes. */
  readonly own: boolean;
  readonly gzip: boolean;
  readonly blobs: number;
  /** Of the blobs. */
  readonly bytes: number;
}

type Compression = "gzip" | "none";
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

function compressionOf(first: Uint8Array): Compression {
  if (startsWith(first, ZSTD))
    throw archiveRefused("ARCHIVE_INVALID", "it is compressed with zstd; gzip and plain tars are read", {
      fix: "decompress it first: `zstd -d FILE`",
    });
  return startsWith(first, [0x1f, 0x8b]) ? "gzip" : "none";
}

/** The first bytes, and the stream with them put back. */
async function peek(source: ByteStream): Promise<{ first: Uint8Array; whole: ByteStream }> {
  const iterator = source[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  while (size < ZSTD.length) {
    const { done, value } = await iterator.next();
    if (done) break;
    held.push(value);
    size += value.length;
  }
  async function* whole(): ByteStream {
    try {
      yield* held;
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first: Buffer.concat(held), whole: whole() };
}

async function* watched(source: ByteStream, { signal, onBytes }: ExtractOptions): ByteStream {
  let read = 0;
  for await (const chunk of source) {
    if (signal?.aborted)
      throw BaleError.is(signal.reason)
        ? signal.reason
        : new BaleError({ code: "INTERRUPTED", message: "stopped while an archive was read" });
    read += chunk.length;
    onBytes?.(read);
    yield chunk;
  }
}

async function readDocument(item: TarItem, limit: number): Promise<Uint8Array> {
  if (item.size > limit)
    throw archiveRefused("LIMIT", `${quoted(item.name)} has ${item.size} bytes; the limit is ${limit}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of item.data) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface ReadTarget {
  readonly folder: ExtractionFolder;
  readonly form: ReturnType<typeof createCanonicalForm>;
}

async function readEntries(
  tar: ByteStream,
  { folder, form }: ReadTarget,
  options: ExtractOptions,
): Promise<{ index?: Uint8Array; layout?: Uint8Array; blobs: number; bytes: number; zeros: number }> {
  const found: { index?: Uint8Array; layout?: Uint8Array; blobs: number; bytes: number; zeros: number } = {
    blobs: 0,
    bytes: 0,
    zeros: 0,
  };
  const onEnd = (zeros: number): void => {
    found.zeros = zeros;
  };
  const seen = new Set<string>();
  for await (const item of readTar(tar, { maxEntries: options.maxEntries, onEnd })) {
    const name = plainName(item.name);
    if (seen.has(name)) throw archiveRefused("ARCHIVE_INVALID", `it has two entries named ${quoted(name)}`);
    seen.add(name);
    form.entry(name, item);
    const place = item.type === "folder" ? { type: "other" as const } : entryPlace(name);
    switch (place.type) {
      case "blob":
        await folder.store(place.digest, item.data);
        found.blobs++;
        found.bytes += item.size;
        break;
      case "index":
        found.index = await readDocument(item, LIMITS.pageBytes);
        break;
      case "layout":
        found.layout = await readDocument(item, LIMITS.errorBodyBytes);
        break;
      case "other":
        for await (const chunk of item.data) void chunk;
    }
  }
  return found;
}

/**
 * Reads an archive of an OCI image layout, plain or gzip, once and to its end, into a folder. The folder is a layout only when this has
 * returned: every blob has its digest, everything that is listed is there, and nothing else is hidden in the file. An archive that says that bale
 * made it must be, byte for byte, what bale writes.
 * `directory`: empty, and nobody else's. When this throws, what is in it is rubbish.
 * @throws BaleError `ARCHIVE_INVALID`, `DIGEST_MISMATCH`, `SIZE_MISMATCH`, `BLOB_MISSING`, `LIMIT`, `NOT_REGULAR`, `UNSAFE_PATH`, `NAME_ENCODING`,
 * `MANIFEST_INVALID`, `MANIFEST_UNSUPPORTED`, `UNSUPPORTED`, `NO_SPACE`, `IO`, `INTERRUPTED`
 */
export async function extractArchive(
  source: ByteStream,
  directory: string,
  options: ExtractOptions = {},
): Promise<ExtractedArchive> {
  return extractInto(source, await openExtractionFolder(directory), options);
}

/** The same into any place that holds blobs. */
export async function extractInto(
  source: ByteStream,
  folder: ExtractionFolder,
  options: ExtractOptions = {},
): Promise<ExtractedArchive> {
  const { first, whole } = await peek(watched(source, options));
  if (first.length === 0) throw archiveRefused("ARCHIVE_INVALID", "it is empty");
  const gzip = compressionOf(first) === "gzip";
  const seal = createSealWatch();
  const tar = gzip ? gunzipStream(whole, { onStored: seal.update, signal: options.signal }) : whole;
  const form = createCanonicalForm();
  const { index, layout, zeros, blobs, bytes } = await readEntries(tar, { folder, form }, options);
  const { manifests, own, difference } = readArchiveListing({ index, layout });
  if (own) refuseDifferent(difference ?? form.difference(zeros) ?? sealProblem(gzip, seal.isSealed()));
  await checkReachable(folder, manifests);
  if (index && layout) await folder.finish({ index, layout });
  return { manifests, own, gzip, blobs, bytes };
}

function sealProblem(gzip: boolean, isSealed: boolean): string | undefined {
  return gzip && !isSealed ? "its compressed form is not the one that bale writes" : undefined;
}

function refuseDifferent(difference: string | undefined): void {
  if (difference === undefined) return;
  throw archiveRefused("ARCHIVE_INVALID", `bale made it, and it was changed since: ${difference}`, {
    fix: "get it again; where it was compressed by another program, decompress it first",
  });
}
