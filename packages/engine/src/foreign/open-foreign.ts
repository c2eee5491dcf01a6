import { Readable } from "node:stream";
import {
  contentDigest,
  createLayerHash,
  createTreeCheck,
  type ForeignArchive,
  foreignRows,
  type ParsedManifest,
} from "@bale/core";
import {
  BaleError,
  type BlobRef,
  comparePaths,
  DEFAULT_LAYER,
  type Digest,
  type FileRow,
  type RawManifest,
  type RemoteRepository,
  type StoreName,
} from "@bale/spec";
import { createBlobStore } from "@bale/storage";
import type { Bundle, BundlePorts, LayeredRow } from "../bundle/bundle.js";
import { type ArchivePorts, readArchive } from "./read-archive.js";

export type ForeignManifest = Extract<ParsedManifest, { kind: "foreign" }>;

/**
 * The store name of content that was unpacked from another tool's archive into the staging area. It has a form that no
 * declared store can have, so no index can lead here.
 */
export const STAGED_STORE: StoreName = "(staged)" as StoreName;

function stagedRow(entry: Awaited<ReturnType<typeof readArchive>>[number]): FileRow {
  const { path, kind, digest, size, target } = entry;
  if (kind === "link") return { path, kind, digest, size, target, extents: [] };
  const blob: BlobRef = { digest, size, store: STAGED_STORE };
  return { path, kind, digest, size, extents: size === 0 ? [] : [{ blob, offset: 0, length: size }] };
}

function isCompressed(archive: ForeignArchive): boolean {
  if (!archive.mediaType.endsWith("zstd")) return archive.mediaType.endsWith("gzip");
  throw new BaleError({
    code: "MANIFEST_UNSUPPORTED",
    message: `the archive "${archive.title}" is compressed with zstd`,
    why: "only gzip and plain tars are read",
    context: { mediaType: archive.mediaType },
  });
}

async function archiveRows(
  remote: RemoteRepository,
  archives: readonly ForeignArchive[],
  ports: BundlePorts & ArchivePorts,
  signal: AbortSignal | undefined,
): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  const store = createBlobStore(remote.blobs, { hasher: ports.hasher });
  const forms = archives.map((archive) => ({ archive, gzip: isCompressed(archive) }));
  for (const { archive, gzip } of forms) {
    // The stream's last step checks the digest of the whole archive; until then its content lies in the staging area only.
    const source = Readable.from(store.get(archive, { signal }));
    const entries = await readArchive(source, { title: archive.title, gzip }, ports);
    rows.push(...entries.map(stagedRow));
  }
  return rows;
}

function checkTree(rows: readonly FileRow[]): void {
  const tree = createTreeCheck();
  for (const { path, kind, target } of rows) tree.add(path, kind, target);
  tree.finish();
}

/**
 * Makes an index for an artifact of another tool: layers with titles are files; a layer that asks to be unpacked is fetched
 * whole and read under the archive limits. All of it is the layer `default`.
 * @throws BaleError `MANIFEST_INVALID`, `ARCHIVE_INVALID`, `UNSAFE_PATH`, `NAME_COLLISION`, `LINK_UNSAFE`, `LIMIT`, `NOT_REGULAR`,
 * `MANIFEST_UNSUPPORTED`, and what the registry reports
 */
export async function openForeign(
  remote: RemoteRepository,
  raw: RawManifest,
  manifest: ForeignManifest,
  ports: BundlePorts & ArchivePorts,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Bundle> {
  const files = foreignRows(manifest);
  const unpacked = await archiveRows(remote, files.archives, ports, options.signal);
  const rows = [...files.rows, ...unpacked].sort((a, b) => comparePaths(a.path, b.path));
  checkTree(rows);
  if (rows.length === 0 && manifest.layers.length > 0)
    throw new BaleError({
      code: "MANIFEST_UNSUPPORTED",
      message: "this artifact holds no files that bale could read",
      why: "none of its layers has a title",
      context: { artifactType: manifest.artifactType ?? "" },
    });
  const hash = createLayerHash(ports.hasher);
  for (const row of rows) hash.add(row);
  const sum = hash.finish();
  const digest: Digest = contentDigest(
    { layers: new Map([[DEFAULT_LAYER, sum]]), roles: new Map() },
    ports.hasher,
  );
  const layered: readonly LayeredRow[] = rows.map((row) => ({ layer: DEFAULT_LAYER, row }));
  return {
    raw,
    manifest: undefined,
    root: {
      schemaVersion: 1,
      requires: [],
      contentDigest: digest,
      roles: new Map(),
      defaultRole: undefined,
      stores: new Map(),
      layers: new Map([[DEFAULT_LAYER, { ...sum, tables: [] }]]),
      unknown: {},
    },
    rows: async (layers) => (layers === undefined || [...layers].includes(DEFAULT_LAYER) ? layered : []),
  };
}
