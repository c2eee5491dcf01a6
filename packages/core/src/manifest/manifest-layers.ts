import {
  ANNOTATIONS,
  comparePaths,
  type Digest,
  type JsonObject,
  type LayerName,
  MEDIA_TYPES,
  type MediaType,
} from "@bale/spec";
import type { ManifestBlob, ManifestInput, PackBlob } from "./manifest-model.js";

function layerDescriptor(
  mediaType: MediaType,
  blob: { readonly digest: Digest; readonly size: number },
  layer: LayerName,
  annotations: Readonly<Record<string, string>> = {},
): JsonObject {
  return {
    mediaType,
    digest: blob.digest,
    size: blob.size,
    annotations: { ...annotations, [ANNOTATIONS.layer]: layer },
  };
}

/** oras unpacks into the folder that the title names. `.`, `./.`, `././.` are one folder and three titles. */
const rootTitle = (place: number): string => new Array(place + 1).fill(".").join("/");

function packAnnotations(pack: PackBlob, place: number): Readonly<Record<string, string>> {
  if (pack.exactTarDigest === undefined) return {};
  return {
    [ANNOTATIONS.title]: rootTitle(place),
    [ANNOTATIONS.unpack]: "true",
    [ANNOTATIONS.unpackDigest]: pack.exactTarDigest,
  };
}

function blobDescriptors(blobs: readonly ManifestBlob[]): readonly JsonObject[] {
  const sorted = [...blobs].sort(
    (a, b) => comparePaths(a.layer, b.layer) || comparePaths(a.digest, b.digest),
  );
  let exactPacks = 0;
  return sorted.flatMap((blob) => {
    const { kind, layer } = blob;
    if (kind.type === "pack") {
      const annotations = packAnnotations(kind, exactPacks);
      if (kind.exactTarDigest !== undefined) exactPacks++;
      return [
        layerDescriptor(kind.compressed ? MEDIA_TYPES.pack : MEDIA_TYPES.tar, blob, layer, annotations),
      ];
    }
    // A title names one path, so a blob with several paths has several descriptors; registries take a digest twice [measured on six].
    if (kind.titles.length === 0) return [layerDescriptor(MEDIA_TYPES.octets, blob, layer)];
    return [...kind.titles]
      .sort(comparePaths)
      .map((title) => layerDescriptor(MEDIA_TYPES.octets, blob, layer, { [ANNOTATIONS.title]: title }));
  });
}

/** The `layers` of a manifest: root where it is a layer, tables by layer and first path, then all other blobs by layer and digest. */
export function manifestLayers(input: ManifestInput): readonly JsonObject[] {
  const { root } = input;
  const tables = [...input.tables].sort(
    (a, b) => comparePaths(a.layer, b.layer) || comparePaths(a.ref.first, b.ref.first),
  );
  return [
    ...(input.envelope === "compatible"
      ? [{ mediaType: MEDIA_TYPES.index, digest: root.digest, size: root.size }]
      : []),
    ...tables.map(({ ref, layer }) => layerDescriptor(MEDIA_TYPES.table, ref, layer)),
    ...blobDescriptors(input.blobs),
  ];
}
