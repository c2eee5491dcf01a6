import type { ManifestBlob, PackPlan } from "@bale/core";
import {
  ANNOTATIONS,
  type BundlePath,
  type Descriptor,
  type Digest,
  type FileRow,
  isDigest,
  type LayerName,
  MEDIA_TYPES,
  parseBundlePath,
} from "@bale/spec";
import type { Bundle } from "../bundle/bundle.js";
import type { BuiltPack } from "./build-pack.js";

/** The sha256 of the uncompressed tar that an exact pack is annotated with. */
function exactTarDigest(descriptor: Descriptor | undefined): Digest | undefined {
  const value = descriptor?.annotations?.[ANNOTATIONS.unpackDigest];
  return descriptor?.annotations?.[ANNOTATIONS.unpack] === "true" && isDigest(value) ? value : undefined;
}

function isTable(descriptor: Descriptor): boolean {
  return descriptor.mediaType === MEDIA_TYPES.table || descriptor.mediaType === MEDIA_TYPES.index;
}

/** What the remote's manifest lists for one layer, tables aside. */
export function describedBlobs(current: Bundle | undefined, layer: LayerName): readonly Descriptor[] {
  return (
    current?.manifest?.layers.filter(
      (descriptor) => descriptor.annotations?.[ANNOTATIONS.layer] === layer && !isTable(descriptor),
    ) ?? []
  );
}

/** A whole-file blob carries a path as title; a pack carries none, or the unpack annotation beside it. */
function isPack(descriptor: Descriptor): boolean {
  return (
    descriptor.annotations?.[ANNOTATIONS.title] === undefined ||
    descriptor.annotations[ANNOTATIONS.unpack] === "true"
  );
}

/** Packs of a layer that the remote's manifest marks as exact. */
export function exactPacksOf(current: Bundle | undefined, layer: LayerName): ReadonlySet<Digest> {
  return new Set(
    describedBlobs(current, layer)
      .filter((descriptor) => isPack(descriptor) && exactTarDigest(descriptor) !== undefined)
      .map((descriptor) => descriptor.digest),
  );
}

function packBlob(layer: LayerName, descriptor: Descriptor, exact: boolean): ManifestBlob {
  const tarDigest = exact ? exactTarDigest(descriptor) : undefined;
  return {
    digest: descriptor.digest,
    size: descriptor.size,
    layer,
    kind: {
      type: "pack",
      compressed: descriptor.mediaType !== MEDIA_TYPES.tar,
      ...(tarDigest ? { exactTarDigest: tarDigest } : {}),
    },
  };
}

export function isWholeFile(row: FileRow): boolean {
  const extent = row.extents[0];
  return (
    extent !== undefined &&
    row.extents.length === 1 &&
    extent.member === undefined &&
    extent.length === extent.blob.size &&
    row.digest === extent.blob.digest
  );
}

function wholeFileBlobs(layer: LayerName, rows: Iterable<FileRow>): ManifestBlob[] {
  const files = new Map<Digest, { readonly size: number; readonly titles: BundlePath[] }>();
  for (const row of rows) {
    const extent = row.extents[0];
    if (!extent || extent.blob.store !== undefined || !isWholeFile(row)) continue;
    const known = files.get(row.digest);
    if (known) known.titles.push(row.path);
    else files.set(row.digest, { size: extent.blob.size, titles: [row.path] });
  }
  return [...files].map(([digest, { size, titles }]) => ({
    digest,
    size,
    layer,
    kind: { type: "file", titles },
  }));
}

function hasMembers(rows: readonly FileRow[], pack: Digest): boolean {
  return rows.some((row) =>
    row.extents.some(({ blob, member }) => blob.digest === pack && member !== undefined),
  );
}

/** The manifest's blobs of a layer whose tables are written anew: what was built, what is carried, and the whole files. */
export function blobsOfChangedLayer(input: {
  readonly layer: LayerName;
  readonly rows: readonly FileRow[];
  readonly plan: PackPlan;
  readonly built: readonly BuiltPack[];
  readonly current: Bundle | undefined;
}): ManifestBlob[] {
  const described = new Map(
    describedBlobs(input.current, input.layer).map((descriptor) => [descriptor.digest, descriptor]),
  );
  const blobs = wholeFileBlobs(input.layer, input.rows);
  for (const pack of input.built) {
    if (pack.layer !== input.layer || pack.store !== undefined) continue;
    blobs.push({
      digest: pack.blob.digest,
      size: pack.blob.size,
      layer: pack.layer,
      kind: {
        type: "pack",
        compressed: pack.compressed,
        // oras 1.3 takes what it is told to unpack for gzip: marked, a plain tar would fail its whole pull.
        ...(pack.compressed ? { exactTarDigest: pack.tarDigest } : {}),
      },
    });
  }
  for (const carried of input.plan.carriedPacks) {
    if (carried.layer !== input.layer || carried.blob.store !== undefined) continue;
    const descriptor = described.get(carried.blob.digest);
    if (descriptor) blobs.push(packBlob(input.layer, descriptor, carried.exact));
    else
      blobs.push({
        digest: carried.blob.digest,
        size: carried.blob.size,
        layer: input.layer,
        // It lay in an external store before. Only what is compressed has members.
        kind: { type: "pack", compressed: hasMembers(input.rows, carried.blob.digest) },
      });
  }
  return blobs;
}

/** The manifest's blobs of a layer that is carried unread: as the remote's manifest describes them. */
export function blobsOfCarriedLayer(layer: LayerName, current: Bundle): ManifestBlob[] {
  const files = new Map<Digest, { readonly size: number; readonly titles: BundlePath[] }>();
  const blobs: ManifestBlob[] = [];
  for (const descriptor of describedBlobs(current, layer)) {
    const title = descriptor.annotations?.[ANNOTATIONS.title];
    if (title === undefined || isPack(descriptor)) {
      blobs.push(packBlob(layer, descriptor, true));
      continue;
    }
    const known = files.get(descriptor.digest);
    if (known) known.titles.push(parseBundlePath(title));
    else files.set(descriptor.digest, { size: descriptor.size, titles: [parseBundlePath(title)] });
  }
  for (const [digest, { size, titles }] of files)
    blobs.push({ digest, size, layer, kind: { type: "file", titles } });
  return blobs;
}

/** Whether the manifest lists a pack of the layer that is not marked as exact. */
export function hasStalePack(current: Bundle, layer: LayerName): boolean {
  return describedBlobs(current, layer).some(
    (descriptor) => isPack(descriptor) && exactTarDigest(descriptor) === undefined,
  );
}

/** Whether the manifest lists a file of the layer that is a blob of its own. */
export function hasWholeFile(current: Bundle, layer: LayerName): boolean {
  return describedBlobs(current, layer).some((descriptor) => !isPack(descriptor));
}

/**
 * Layers whose tables an exact push writes anew, so that the planner may rewrite what is not exact in them: stale packs, and executables
 * that may be among their whole files.
 */
export function inexactLayers(current: Bundle): LayerName[] {
  if (current.manifest?.exact) return [];
  return [...current.root.layers.keys()].filter(
    (layer) => hasStalePack(current, layer) || hasWholeFile(current, layer),
  );
}
