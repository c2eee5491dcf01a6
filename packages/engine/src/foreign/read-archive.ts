import { PassThrough, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import {
  BaleError,
  type BundlePath,
  type Digest,
  type EntryKind,
  type Hasher,
  LIMITS,
  parseBundlePath,
} from "@bale/spec";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import type { StagingArea } from "../ports.js";

/** One entry of another tool's archive, its content already in the staging area under its digest. */
export interface ArchiveEntry {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly digest: Digest;
  readonly size: number;
  readonly target?: string | undefined;
}
export interface ArchivePorts {
  readonly staging: StagingArea;
  readonly hasher: Hasher;
}

function refuse(
  code: "UNSAFE_PATH" | "LIMIT" | "ARCHIVE_INVALID" | "NOT_REGULAR",
  message: string,
  why: string,
): BaleError {
  return new BaleError({ code, message, why, fix: "nothing was written; ask whoever made the artifact" });
}

/** The path of an entry: oras names entries by the title of their layer, which is the folder that was pushed. */
function entryPath(name: string, title: string): BundlePath | undefined {
  const clean = name.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  if (clean === "" || clean === ".") return undefined;
  const folder = title.replace(/^(?:\.\/?)+/, "").replace(/\/+$/, "");
  if (folder !== "" && clean !== folder && !clean.startsWith(`${folder}/`))
    throw refuse(
      "UNSAFE_PATH",
      `the archive "${title}" has an entry outside it`,
      JSON.stringify(name.slice(0, 200)),
    );
  return parseBundlePath(clean);
}

/** A gunzip that stops an archive whose expansion passes the limit (ratio past the first 10 MiB). */
function guardedGunzip(compressed: Readable): Readable {
  const gunzip = createGunzip();
  let stored = 0;
  let decoded = 0;
  const out = new PassThrough();
  compressed.on("data", (chunk: Uint8Array) => {
    stored += chunk.length;
  });
  gunzip.on("data", (chunk: Uint8Array) => {
    decoded += chunk.length;
    if (decoded > LIMITS.expansionFreeBytes && decoded > stored * LIMITS.expansionRatio)
      gunzip.destroy(
        refuse("LIMIT", "an archive layer expands too much", `more than ${LIMITS.expansionRatio} to 1`),
      );
  });
  gunzip.on("error", (error) =>
    out.destroy(
      BaleError.is(error)
        ? error
        : new BaleError({ code: "ARCHIVE_INVALID", message: "an archive layer is damaged", cause: error }),
    ),
  );
  compressed.on("error", (error) => out.destroy(error));
  compressed.pipe(gunzip).pipe(out);
  return out;
}

async function stage(entry: ParsedTarEntry, ports: ArchivePorts): Promise<{ digest: Digest; size: number }> {
  const hash = ports.hasher.begin();
  const writer = await ports.staging.create();
  let size = 0;
  try {
    for await (const chunk of Readable.fromWeb(
      entry.body as Parameters<typeof Readable.fromWeb>[0],
    ) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > entry.header.size)
        throw refuse("ARCHIVE_INVALID", "an entry is longer than its header says", entry.header.name);
      hash.update(chunk);
      await writer.write(chunk);
    }
    if (size !== entry.header.size)
      throw refuse("ARCHIVE_INVALID", "an entry is shorter than its header says", entry.header.name);
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const digest = hash.finish();
  await writer.commit(digest);
  return { digest, size };
}

/**
 * Reads a tar layer of another tool (with or without gzip) under the archive limits. Regular files, folders and links only.
 * @throws BaleError `ARCHIVE_INVALID`, `LIMIT`, `UNSAFE_PATH`, `NOT_REGULAR`
 */
export async function readArchive(
  compressed: Readable,
  layer: { readonly title: string; readonly gzip: boolean },
  ports: ArchivePorts,
): Promise<readonly ArchiveEntry[]> {
  const tar = layer.gzip ? guardedGunzip(compressed) : compressed;
  const decoder = createTarDecoder({ strict: true });
  const feeding = (Readable.toWeb(tar) as unknown as ReadableStream<Uint8Array>)
    .pipeTo(decoder.writable)
    .catch((error: unknown) => error);
  const entries: ArchiveEntry[] = [];
  const seen = new Set<string>();
  const reader = decoder.readable.getReader();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      const { header } = step.value;
      if (entries.length >= LIMITS.archiveEntries)
        throw refuse("LIMIT", "an archive layer has too many entries", String(LIMITS.archiveEntries));
      const path = entryPath(header.name, layer.title);
      const type = header.type ?? "file";
      if (type === "directory" || path === undefined) {
        await step.value.body.cancel();
        continue;
      }
      if (seen.has(path))
        throw refuse("ARCHIVE_INVALID", "an archive layer has two entries of one name", JSON.stringify(path));
      seen.add(path);
      if (type === "file") {
        const { digest, size } = await stage(step.value, ports);
        entries.push({ path, kind: ((header.mode ?? 0) & 0o111) !== 0 ? "exec" : "file", digest, size });
      } else if (type === "symlink") {
        const target = header.linkname ?? "";
        const bytes = new TextEncoder().encode(target);
        await step.value.body.cancel();
        entries.push({ path, kind: "link", digest: ports.hasher.digest(bytes), size: bytes.length, target });
      } else
        throw refuse(
          "NOT_REGULAR",
          `an archive layer has a ${type}`,
          `${JSON.stringify(header.name.slice(0, 200))}: only files, folders and symbolic links are read`,
        );
    }
    const failure = await feeding;
    if (failure !== undefined) throw failure;
  } catch (error) {
    compressed.destroy();
    const failure = await Promise.race([feeding, Promise.resolve(undefined)]);
    if (BaleError.is(error)) throw error;
    if (BaleError.is(failure)) throw failure;
    throw new BaleError({
      code: "ARCHIVE_INVALID",
      message: "an archive layer cannot be read",
      cause: error,
    });
  } finally {
    await reader.cancel().catch(() => {});
  }
  return entries;
}
