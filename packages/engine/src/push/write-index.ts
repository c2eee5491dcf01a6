import { type EncodedTable, encodeRoot, encodeTables, type PackPlan } from "@bale/core";
import {
  BaleError,
  type BlobRef,
  comparePaths,
  type Deflater,
  type Digest,
  type FileRow,
  type Hasher,
  type LayerName,
  type LayerSummary,
  type Root,
  type StoreDescription,
  type StoreName,
} from "@bale/spec";
import type { BuiltPack } from "./build-pack.js";
import type { PushRequest } from "./push-request.js";

export interface WrittenIndex {
  readonly root: Root;
  readonly rootBytes: Uint8Array;
  readonly rootDigest: Digest;
  /** New tables only. */
  readonly tables: readonly EncodedTable[];
  /** All rows of each layer that is written anew. */
  readonly rows: ReadonlyMap<LayerName, readonly FileRow[]>;
}

/** All rows of a changed layer: those the planner finished, and those whose packs and blobs are now known. */
function finishedRows(layer: LayerName, plan: PackPlan, built: readonly BuiltPack[]): FileRow[] {
  const rows = [...(plan.rows.get(layer) ?? [])];
  const extentsOf = new Map(built.map((pack) => [pack.id, pack.extents]));
  for (const pack of plan.packs) {
    if (pack.layer !== layer || pack.holds !== "data") continue;
    for (const { path, kind, digest, size } of pack.entries) {
      const extents = extentsOf.get(pack.id)?.get(path);
      if (size > 0 && !extents)
        throw new BaleError({ code: "INTERNAL", message: `no extent for ${JSON.stringify(path)}` });
      rows.push({ path, kind, digest, size, extents: extents ?? [] });
    }
  }
  for (const whole of plan.whole) {
    if (whole.layer !== layer) continue;
    const blob: BlobRef = {
      digest: whole.file.digest,
      size: whole.file.size,
      ...(whole.store ? { store: whole.store } : {}),
    };
    for (const { path, kind, digest, size } of [whole.file, ...whole.duplicates])
      rows.push({ path, kind, digest, size, extents: [{ blob, offset: 0, length: size }] });
  }
  return rows.sort((a, b) => comparePaths(a.path, b.path));
}

function sameStore(a: StoreDescription, b: StoreDescription): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** The remote's stores and those that new rows use. A name cannot mean two places: carried rows would be looked for in the wrong one. */
function mergedStores(
  request: PushRequest,
  rows: Iterable<FileRow>,
): ReadonlyMap<StoreName, StoreDescription> {
  const stores = new Map(request.current?.root.stores ?? []);
  const used = new Set<StoreName>();
  for (const row of rows)
    for (const extent of row.extents) if (extent.blob.store) used.add(extent.blob.store);
  for (const name of used) {
    const wanted = request.stores.get(name);
    const known = stores.get(name);
    if (wanted && known && !sameStore(wanted, known))
      throw new BaleError({
        code: "CONFIG_INVALID",
        message: `the store "${name}" means one place in bale.yaml and another in the bundle`,
        why: "files that lie in the old place would no longer be found",
        fix: `give the new place another name under storage.stores, and use that name in the rules`,
      });
    if (wanted && !known) stores.set(name, wanted);
    if (!wanted && !known)
      throw new BaleError({ code: "INTERNAL", message: `no description of the store ${name}` });
  }
  return stores;
}

/**
 * Tables and root of the tree to be published. Carried layers keep their tables by digest.
 * @throws BaleError `LIMIT`, `CONFIG_INVALID`
 */
export function writeIndex(
  request: PushRequest,
  plan: PackPlan,
  built: readonly BuiltPack[],
  ports: { readonly hasher: Hasher; readonly deflater: Deflater },
): WrittenIndex {
  const layers = new Map<LayerName, LayerSummary>();
  const rows = new Map<LayerName, readonly FileRow[]>();
  const tables: EncodedTable[] = [];
  for (const layer of request.next.layers.values()) {
    const sums = { digest: layer.digest, files: layer.count, size: layer.size };
    if (!layer.files) {
      layers.set(layer.name, { ...sums, tables: request.current?.root.layers.get(layer.name)?.tables ?? [] });
      continue;
    }
    const finished = finishedRows(layer.name, plan, built);
    if (finished.length !== layer.count)
      throw new BaleError({
        code: "INTERNAL",
        message: `layer ${layer.name} has ${finished.length} rows for ${layer.count} files`,
      });
    const encoded = encodeTables(finished, ports);
    rows.set(layer.name, finished);
    tables.push(...encoded);
    layers.set(layer.name, { ...sums, tables: encoded.map((table) => table.ref) });
  }
  const root: Root = {
    schemaVersion: 1,
    requires: [],
    contentDigest: request.next.contentDigest,
    roles: request.roles,
    defaultRole: request.defaultRole,
    stores: mergedStores(request, flatten(rows.values())),
    layers,
    unknown: request.current?.root.unknown ?? {},
  };
  const rootBytes = encodeRoot(root);
  return { root, rootBytes, rootDigest: ports.hasher.digest(rootBytes), tables, rows };
}

function* flatten<Item>(lists: Iterable<readonly Item[]>): Generator<Item> {
  for (const list of lists) yield* list;
}
