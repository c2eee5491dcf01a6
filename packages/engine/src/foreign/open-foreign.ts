import { Readable } from "node:stream";
import { contentDigest, createLayerHash, foreignRows, type ParsedManifest } from "@bale/core";
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

async function archiveRows(
  remote: RemoteRepository,
  manifest: ForeignManifest,
  ports: BundlePorts & ArchivePorts,
  signal: AbortSignal | undefined,
): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  const store = createBlobStore(remote.blobs, { hasher: ports.hasher });
  for (const archive of foreignRows(manifest).archives) {
    const gzip = /gzip$/.test(archive.mediaType);
    // The stream's last step checks the digest of the whole archive; until then its content lies in the staging area only.
    const entries = await readArchive(
      Readable.from(store.get(archive, { signal })),
      { title: archive.title, gzip },
      ports,
    );
    rows.push(...entries.map(stagedRow));
  }
  return rows;
}

function refuseDoubles(rows: readonly FileRow[]): void {
  let last: FileRow | undefined;
  for (const row of rows) {
    if (last && last.path === row.path)
      throw new BaleError({
        code: "MANIFEST_INVALID",
        message: `the artifact has ${JSON.stringify(row.path)} twice`,
        why: "which of the two is meant cannot be known",
      });
    last = row;
  }
}

/**
 * Makes an index for an artifact of another tool: layers with titles are files; a layer that asks to be unpacked is fetched
 * whole and read under the archive limits. All of it is the layer `default`.
 * @throws BaleError `MANIFEST_INVALID`, `ARCHIVE_INVALID`, `UNSAFE_PATH`, `LIMIT`, `NOT_REGULAR`, `MANIFEST_UNSUPPORTED`
 */
export async function openForeign(
  remote: RemoteRepository,
  raw: RawManifest,
  manifest: ForeignManifest,
  ports: BundlePorts & ArchivePorts,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Bundle> {
  const rows = [
    ...foreignRows(manifest).rows,
    ...(await archiveRows(remote, manifest, ports, options.signal)),
  ].sort((a, b) => comparePaths(a.path, b.path));
  refuseDoubles(rows);
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
