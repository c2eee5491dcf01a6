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

/**
 * Tables and root of the tree to be published. Carried layers keep their tables by digest.
 * @throws BaleError `LIMIT`
 */
export function writeIndex(
  request: PushRequest,
  plan: PackPlan,
  built: readonly BuiltPack[],
  stores: ReadonlyMap<StoreName, StoreDescription>,
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
    stores,
    layers,
    unknown: request.current?.root.unknown ?? {},
  };
  const rootBytes = encodeRoot(root);
  return { root, rootBytes, rootDigest: ports.hasher.digest(rootBytes), tables, rows };
}
