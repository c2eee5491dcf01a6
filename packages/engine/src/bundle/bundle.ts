import { checkContentDigest, decodeTable, mergeSorted, type ParsedManifest, parseRoot } from "@bale/core";
import {
  BaleError,
  type BundlePath,
  comparePaths,
  type Digest,
  type FileRow,
  type FileState,
  type Hasher,
  type Inflater,
  type LayerName,
  LIMITS,
  MEDIA_TYPES,
  type RawManifest,
  type RemoteRepository,
  type Root,
  type TableRef,
  type TreeEntry,
} from "@bale/spec";
import type { IndexCache } from "../ports.js";
import { readSmallBlob } from "./read-small-blob.js";

export interface BundlePorts {
  readonly cache: IndexCache;
  readonly hasher: Hasher;
  readonly inflater: Inflater;
}
export type BundleManifest = Extract<ParsedManifest, { kind: "bundle" }>;

/** A bundle by digest: its manifest, its root, and its tables on demand. Everything in it has been checked against digests. */
export interface Bundle {
  readonly raw: RawManifest;
  /** `undefined`: another tool made the artifact, and its index was made from its manifest. */
  readonly manifest: BundleManifest | undefined;
  readonly root: Root;
  /** Fetches the tables of the layers (all of them when none are named) and returns their rows in path order, lazily decoded. */
  readonly rows: (
    layers?: Iterable<LayerName>,
    options?: { readonly signal?: AbortSignal | undefined },
  ) => Promise<Iterable<LayeredRow>>;
}
export interface LayeredRow {
  readonly layer: LayerName;
  readonly row: FileRow;
}

/** Reads a manifest by digest, from the cache where it is there. */
export async function loadManifest(
  remote: RemoteRepository,
  digest: Digest,
  cache: IndexCache,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RawManifest> {
  const cached = await cache.get(digest);
  // The type under which a manifest was served is not among its bytes: only those of the one usual type are kept.
  if (cached) return { digest, bytes: cached, mediaType: MEDIA_TYPES.manifest };
  const raw = await remote.getManifest(digest, options);
  if (raw.mediaType === MEDIA_TYPES.manifest) await cache.put(digest, raw.bytes);
  return raw;
}

/**
 * Opens a bundle from an already parsed manifest.
 * @throws BaleError `INDEX_INVALID`, `DIGEST_MISMATCH`, `LIMIT`, `UNSUPPORTED`, `BLOB_MISSING`
 */
export async function openBundle(
  remote: RemoteRepository,
  raw: RawManifest,
  manifest: BundleManifest,
  ports: BundlePorts,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Bundle> {
  const root = parseRoot(
    await readSmallBlob(
      remote,
      { digest: manifest.root.digest, size: manifest.root.size, limit: LIMITS.rootBytes },
      ports,
      options,
    ),
  );
  if (manifest.contentDigest !== undefined && manifest.contentDigest !== root.contentDigest)
    throw new BaleError({
      code: "MANIFEST_INVALID",
      message: "the manifest and its index name different contents",
      why: `the manifest says ${manifest.contentDigest}, the index ${root.contentDigest}`,
    });
  checkContentDigest(root, ports.hasher);
  const tables = new Map<Digest, Uint8Array>();

  async function loadTable(ref: TableRef, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const known = tables.get(ref.digest);
    if (known) return known;
    const bytes = await readSmallBlob(
      remote,
      { digest: ref.digest, size: ref.size, limit: LIMITS.tableDecodedBytes },
      ports,
      { signal },
    );
    tables.set(ref.digest, bytes);
    return bytes;
  }

  async function rows(
    layers: Iterable<LayerName> = root.layers.keys(),
    call: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Iterable<LayeredRow>> {
    const wanted = [...layers].filter((name) => root.layers.has(name));
    const loaded: (readonly [LayerName, readonly (readonly [TableRef, Uint8Array])[]])[] = [];
    for (const layer of wanted) {
      const refs = root.layers.get(layer)?.tables ?? [];
      loaded.push([
        layer,
        await Promise.all(refs.map(async (ref) => [ref, await loadTable(ref, call.signal)] as const)),
      ]);
    }
    return {
      [Symbol.iterator]: () =>
        mergeSorted(
          loaded.map(([layer, parts]) => layerRows(layer, parts, ports)),
          compareRows,
        )[Symbol.iterator](),
    };
  }
  return { raw, manifest, root, rows };
}

/** The order of rows of different layers. Neighbours are always compared, so that a path that two layers have does not get past. */
function compareRows(a: LayeredRow, b: LayeredRow): number {
  const order = comparePaths(a.row.path, b.row.path);
  if (order !== 0) return order;
  throw new BaleError({
    code: "INDEX_INVALID",
    message: `${JSON.stringify(a.row.path)} is in two layers`,
    why: `the tables of ${a.layer} and of ${b.layer} have a row for it`,
    context: { path: a.row.path },
  });
}

function* layerRows(
  layer: LayerName,
  parts: readonly (readonly [TableRef, Uint8Array])[],
  ports: BundlePorts,
): Generator<LayeredRow> {
  let last: BundlePath | undefined;
  for (const [ref, bytes] of parts) {
    for (const row of decodeTable(bytes, ref, ports)) {
      if (last !== undefined && comparePaths(last, row.path) >= 0)
        throw new BaleError({
          code: "INDEX_INVALID",
          message: `the tables of layer ${layer} are out of order`,
          why: `${JSON.stringify(row.path)} comes after ${JSON.stringify(last)}`,
        });
      last = row.path;
      yield { layer, row };
    }
  }
}

/** The state that a row stands for in a tree. */
export function stateOf(layered: LayeredRow): FileState {
  const { row, layer } = layered;
  return { digest: row.digest, size: row.size, kind: row.kind, layer };
}

/** A tree's entries out of rows, one at a time. */
export function* entriesOf(rows: Iterable<LayeredRow>): Generator<TreeEntry> {
  for (const layered of rows) yield { path: layered.row.path, state: stateOf(layered) };
}
