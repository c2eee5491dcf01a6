import { buildManifest, type ManifestBlob, type PackPlan } from "@bale/core";
import { BaleError, LIMITS, MEDIA_TYPES, type RawManifest } from "@bale/spec";
import type { BuiltPack } from "./build-pack.js";
import { blobsOfCarriedLayer, blobsOfChangedLayer } from "./manifest-blobs.js";
import type { PushPorts, PushRequest } from "./push-request.js";
import type { WrittenIndex } from "./write-index.js";

function manifestBlobs(
  request: PushRequest,
  plan: PackPlan,
  built: readonly BuiltPack[],
  index: WrittenIndex,
): ManifestBlob[] {
  const blobs: ManifestBlob[] = [];
  const { current } = request;
  for (const { name: layer } of request.next.layers.values()) {
    const rows = index.rows.get(layer);
    if (rows) blobs.push(...blobsOfChangedLayer({ layer, rows, plan, built, current }));
    else if (current) blobs.push(...blobsOfCarriedLayer(layer, current));
  }
  return blobs;
}

/** The manifest of the tree to be published. @throws BaleError `REGISTRY_LIMIT`, `CONFIG_INVALID` */
export function writeManifest(
  request: PushRequest,
  content: {
    readonly plan: PackPlan;
    readonly built: readonly BuiltPack[];
    readonly index: WrittenIndex;
    readonly exact: boolean;
  },
  ports: Pick<PushPorts, "remote" | "hasher">,
): RawManifest {
  const { plan, built, index, exact } = content;
  const { bytes } = buildManifest({
    envelope: request.envelope,
    ...(request.artifactType ? { artifactType: request.artifactType } : {}),
    root: { mediaType: MEDIA_TYPES.index, digest: index.rootDigest, size: index.rootBytes.length },
    tables: [...index.root.layers].flatMap(([layer, { tables }]) => tables.map((ref) => ({ ref, layer }))),
    blobs: manifestBlobs(request, plan, built, index),
    contentDigest: request.next.contentDigest,
    parent: request.parent,
    ...(exact ? { tree: "exact" as const } : {}),
    annotations: request.annotations,
  });
  const most = Math.min(LIMITS.manifestBytes, ports.remote.limits.manifestBytes);
  if (bytes.length > most)
    throw new BaleError({
      code: "REGISTRY_LIMIT",
      message: `the manifest would have ${bytes.length} bytes`,
      why: `the registry takes at most ${most}`,
      fix: "run `bale repack REF` in a workspace that holds all files",
    });
  return { mediaType: MEDIA_TYPES.manifest, digest: ports.hasher.digest(bytes), bytes };
}
