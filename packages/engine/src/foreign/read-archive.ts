import { Readable } from "node:stream";
import { BaleError, type BundlePath, type Digest, type EntryKind, type Hasher, LIMITS } from "@bale/spec";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import type { StagingArea } from "../ports.js";
import { entryPath } from "./entry-path.js";
import { guardedGunzip } from "./guarded-gunzip.js";
import { refuseArchive } from "./refuse-archive.js";

/** One entry of another tool's archive, its content already in the staging area under its digest. */
export interface ArchiveEntry {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly digest: Digest;
  readonly size: number;
  /** Of a link. Whether it is safe is a matter of the whole tree, and is not checked here. */
  readonly target?: string | undefined;
}
export interface ArchivePorts {
  readonly staging: StagingArea;
  readonly hasher: Hasher;
  /** Folders counted. Default: `LIMITS.archiveEntries`. */
  readonly maxEntries?: number | undefined;
}

async function stage(entry: ParsedTarEntry, ports: ArchivePorts): Promise<{ digest: Digest; size: number }> {
  const { header, body } = entry;
  const hash = ports.hasher.begin();
  const writer = await ports.staging.create();
  let size = 0;
  try {
    const chunks = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      hash.update(chunk);
      await writer.write(chunk);
    }
    if (size !== header.size)
      throw refuseArchive("ARCHIVE_INVALID", "an entry has another length than its header says", header.name);
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const digest = hash.finish();
  await writer.commit(digest);
  return { digest, size };
}

function isSparse({ header }: ParsedTarEntry): boolean {
  return Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse."));
}

async function readEntry(
  entry: ParsedTarEntry,
  path: BundlePath,
  ports: ArchivePorts,
): Promise<ArchiveEntry> {
  const { header } = entry;
  const type = header.type ?? "file";
  if (type === "symlink") {
    await entry.body.cancel();
    const target = header.linkname ?? "";
    const bytes = new TextEncoder().encode(target);
    return { path, kind: "link", digest: ports.hasher.digest(bytes), size: bytes.length, target };
  }
  if (type !== "file" || isSparse(entry))
    throw refuseArchive(
      "NOT_REGULAR",
      `an archive layer has a ${type === "file" ? "sparse file" : type}`,
      `${JSON.stringify(header.name.slice(0, 200))}: only files, folders and symbolic links are read`,
    );
  const kind = ((header.mode ?? 0) & 0o111) !== 0 ? "exec" : "file";
  return { path, kind, ...(await stage(entry, ports)) };
}

async function readEntries(
  reader: ReadableStreamDefaultReader<ParsedTarEntry>,
  title: string,
  ports: ArchivePorts,
): Promise<ArchiveEntry[]> {
  const most = ports.maxEntries ?? LIMITS.archiveEntries;
  const entries: ArchiveEntry[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    const entry = step.value;
    if (++count > most)
      throw refuseArchive("LIMIT", "an archive layer has too many entries", `the limit is ${most}`);
    const path = entryPath(entry.header.name, title);
    if (entry.header.type === "directory" || path === undefined) {
      await entry.body.cancel();
      continue;
    }
    if (seen.has(path))
      throw refuseArchive(
        "ARCHIVE_INVALID",
        "an archive layer has two entries of one name",
        JSON.stringify(path),
      );
    seen.add(path);
    entries.push(await readEntry(entry, path, ports));
  }
  return entries;
}

/**
 * Reads a tar layer of another tool (with or without gzip) under the archive limits. Regular files, folders and links only.
 * The source is read to its end, where a store proves the digest of what it gave.
 * @throws BaleError `ARCHIVE_INVALID`, `LIMIT`, `UNSAFE_PATH`, `NOT_REGULAR`, `NAME_ENCODING`, `NAME_UNPORTABLE`, `PATH_TOO_LONG`, and what the
 * source throws
 */
export async function readArchive(
  compressed: Readable,
  layer: { readonly title: string; readonly gzip: boolean },
  ports: ArchivePorts,
): Promise<readonly ArchiveEntry[]> {
  const tar = layer.gzip ? guardedGunzip(compressed) : compressed;
  let broken: { readonly error: Error } | undefined;
  tar.on("error", (error) => {
    broken ??= { error };
  });
  const decoder = createTarDecoder({ strict: true });
  const fed = (Readable.toWeb(tar) as unknown as ReadableStream<Uint8Array>)
    .pipeTo(decoder.writable)
    .then(() => undefined)
    .catch((error: unknown) => ({ error }));
  const reader = decoder.readable.getReader();
  try {
    const entries = await readEntries(reader, layer.title, ports);
    const failure = await fed;
    if (failure) throw failure.error;
    return entries;
  } catch (error) {
    // What broke the source says more than what a decoder makes of its end.
    const cause = broken?.error ?? error;
    if (BaleError.is(cause)) throw cause;
    throw new BaleError({ code: "ARCHIVE_INVALID", message: "an archive layer cannot be read", cause });
  } finally {
    await reader.cancel().catch(() => {});
    tar.destroy();
  }
}
