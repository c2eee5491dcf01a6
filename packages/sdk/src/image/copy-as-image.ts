import { createTaskLog, type LayeredRow, moveTag, type UploadJob, uploadBlobs } from "@bale/engine";
import { BaleError, type FileRow, type LayerName, type RawManifest } from "@bale/spec";
import { bytesSource, createBlobStore, fileSource, nodeHasher } from "@bale/storage";
import { archivedFiles } from "../archive/archived-files.js";
import { selectRows } from "../look/list.js";
import { tagMoves } from "../registry/copy.js";
import type { CopyOptions, CopyResult } from "../registry/registry-types.js";
import type { RemotePorts, RemoteState, RemoteTree } from "../remote/remote-tree.js";
import {
  type ImagePlatform,
  imageConfig,
  imageIndex,
  imageManifest,
  parsePlatform,
} from "./image-documents.js";
import { type ImageLayer, writeImageLayer } from "./image-layer.js";

const USUAL_PLATFORM = "linux/amd64";

/** One image layer for each layer of the bundle, in the order of their names: what did not change is not sent again. */
function byLayer(rows: Iterable<LayeredRow>): readonly (readonly [LayerName, readonly FileRow[]])[] {
  const layers = new Map<LayerName, FileRow[]>();
  for (const { layer, row } of rows) {
    const known = layers.get(layer);
    if (known) known.push(row);
    else layers.set(layer, [row]);
  }
  return [...layers].sort(([a], [b]) => (a < b ? -1 : 1));
}

interface BuiltImage {
  readonly layers: readonly ImageLayer[];
  readonly configs: readonly Uint8Array[];
  /** Children first; the last one is what the tag names. */
  readonly manifests: readonly [...RawManifest[], RawManifest];
}

function documents(
  layers: readonly ImageLayer[],
  platforms: readonly ImagePlatform[],
  tree: RemoteTree,
): BuiltImage {
  const annotations = tree.bundle.manifest?.annotations ?? {};
  const configs = platforms.map((platform) => imageConfig(platform, layers));
  const children = configs.map((config) => imageManifest(config, layers, annotations));
  const [only, ...others] = children;
  if (!only) throw new BaleError({ code: "INTERNAL", message: "an image has no platform" });
  if (others.length === 0) return { layers, configs, manifests: [only] };
  const named = platforms.map((platform, at) => ({ platform, manifest: children[at] ?? only }));
  return { layers, configs, manifests: [...children, imageIndex(named)] };
}

async function build(
  tree: RemoteTree,
  platforms: readonly ImagePlatform[],
  ports: RemotePorts,
  options: CopyOptions,
): Promise<BuiltImage> {
  const { rows } = await selectRows(tree, options);
  const layers: ImageLayer[] = [];
  for (const [name, own] of byLayer(rows))
    layers.push(await writeImageLayer(name, archivedFiles(own, tree, options), ports.staging, options));
  return documents(layers, platforms, tree);
}

function jobs({ layers, configs }: BuiltImage, target: RemoteState): UploadJob[] {
  const store = createBlobStore(target.repository.blobs, { hasher: nodeHasher });
  return [
    ...layers.map(({ name, digest, staged }) => ({
      blob: { digest, size: staged.size },
      store,
      source: fileSource(staged.path, { size: staged.size }),
      label: `image layer ${name}`,
      mayExist: true,
    })),
    ...configs.map((bytes) => ({
      blob: { digest: nodeHasher.digest(bytes), size: bytes.length },
      store,
      source: bytesSource(bytes),
      label: "image configuration",
      mayExist: true,
    })),
  ];
}

/**
 * `bale copy SRC DST --as image`: an OCI image whose file system is the bundle's files, for runtimes that mount images (Kubernetes image volumes)
 * and for `COPY --from`. Blobs of external stores are inside. It is no bundle any more: it has no index, and layers cannot be pulled from it.
 * @throws BaleError `NAME_UNPORTABLE`, `TAG_MOVED`, `USAGE`, `ROLE_UNKNOWN`, `DIGEST_MISMATCH`, `BLOB_MISSING`
 */
export async function copyAsImage(
  tree: RemoteTree,
  target: RemoteState,
  ports: RemotePorts,
  options: CopyOptions,
): Promise<CopyResult> {
  const named = options.imagePlatforms ?? [];
  const platforms = (named.length > 0 ? named : [USUAL_PLATFORM]).map(parsePlatform);
  const head = { source: tree.state.name, destination: target.name } as const;
  const nothing = { copiedBlobs: 0, copiedBytes: 0, mountedBlobs: 0, reusedBlobs: 0 } as const;
  // Whether a tag is in the way is known once the image's digest is: equal files make an equal image.
  if (options.dryRun) return { ...head, ...nothing, manifest: tree.state.digest, outcome: "dry-run" };
  const image = await build(tree, platforms, ports, options);
  const top = image.manifests[image.manifests.length - 1] ?? image.manifests[0];
  const moves = await tagMoves(target, options, top.digest);
  if (moves.length > 0 && moves.every((move) => move.expect === top.digest))
    return { ...head, ...nothing, manifest: top.digest, outcome: "nothing-to-do" };
  const { signal, concurrency } = options;
  const sent = await uploadBlobs(jobs(image, target), createTaskLog(options.onProgress), {
    signal,
    concurrency,
  });
  for (const manifest of image.manifests) await target.repository.putManifest(manifest, { signal });
  for (const move of moves) await moveTag(move, top, { remote: target.repository }, signal);
  return {
    ...head,
    manifest: top.digest,
    outcome: "copied",
    copiedBlobs: sent.sentBlobs,
    copiedBytes: sent.sentBytes,
    mountedBlobs: sent.mountedBlobs,
    reusedBlobs: sent.reusedBlobs,
  };
}
