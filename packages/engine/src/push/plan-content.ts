import { type IncomingFile, type KeptRow, type LayerPackInput, type PackPlan, planPacks } from "@bale/core";
import { BaleError, type Digest, type FileRow, LIMITS } from "@bale/spec";
import type { TreeSource } from "../ports.js";
import { describedBlobs, exactPacksOf } from "./manifest-blobs.js";
import type { NextLayer, NextLayerFile } from "./next-tree.js";
import type { PushRequest } from "./push-request.js";

// Registries such as ECR and GitLab begin to refuse manifests of a few hundred layers; a hundred is safe with all of them.
const SOFT_MANIFEST_LAYERS = 100;

/** Trailing members cannot be carried to a new row, so that such a row is not made anew. */
function isMadeAnew(file: NextLayerFile, held: boolean, repack: boolean | undefined): boolean {
  const { row } = file;
  if (!row) return true;
  return repack === true && held && row.trailing === undefined && row.unknownExtents === undefined;
}

async function layerInput(layer: NextLayer, request: PushRequest, tree: TreeSource): Promise<LayerPackInput> {
  const kept: KeptRow[] = [];
  const incoming: IncomingFile[] = [];
  const stays = new Set<FileRow>();
  for (const file of layer.files ?? []) {
    const held = request.held(file.path);
    if (file.row && !isMadeAnew(file, held, request.repack)) {
      stays.add(file.row);
      kept.push({ row: file.row, held });
      continue;
    }
    const { path, kind, digest, size } = file;
    const store = kind === "link" ? undefined : request.storeFor(path, size);
    incoming.push({
      path,
      kind,
      digest,
      size,
      ...(kind === "link" ? { target: await tree.linkTarget(path) } : {}),
      ...(store ? { store } : {}),
    });
  }
  // A repack must not find the content again where it lies now; what stays of the old packs is stale then.
  const stored = request.repack
    ? { dropped: [], exactPacks: new Set<Digest>() }
    : {
        dropped: layer.before.filter((row) => !stays.has(row)),
        exactPacks: exactPacksOf(request.current, layer.name),
      };
  return { layer: layer.name, kept, incoming, ...stored };
}

/** Manifest layers that the packing planner does not see. */
function otherBlobs(request: PushRequest): number {
  let count = request.envelope === "compatible" ? 1 : 0;
  for (const layer of request.next.layers.values()) {
    if (layer.files) count += Math.ceil(layer.files.length / LIMITS.tableRows);
    else
      count +=
        (request.current?.root.layers.get(layer.name)?.tables.length ?? 0) +
        describedBlobs(request.current, layer.name).length;
  }
  return count;
}

/**
 * Decides which packs and whole files a push stores. Reads no file content, only targets of links.
 * @throws BaleError `REGISTRY_LIMIT` over the hard limit of manifest layers, `TOO_LARGE` for a file that no blob can hold
 */
export async function planContent(
  request: PushRequest,
  tree: TreeSource,
  limits: { readonly manifestLayers: number; readonly maxBlobSize?: number | undefined },
): Promise<PackPlan> {
  const changed = [...request.next.layers.values()].filter((layer) => layer.files !== undefined);
  const layers: LayerPackInput[] = [];
  for (const layer of changed) layers.push(await layerInput(layer, request, tree));
  const plan = planPacks({
    layers,
    otherBlobs: otherBlobs(request),
    options: {
      ...request.pack,
      maxBlobSize: limits.maxBlobSize,
      manifestLayers:
        request.pack.wholeFiles === undefined
          ? Math.min(SOFT_MANIFEST_LAYERS, limits.manifestLayers)
          : limits.manifestLayers,
      hardManifestLayers: limits.manifestLayers,
    },
  });
  const tooLarge = plan.tooLarge[0];
  if (tooLarge)
    throw new BaleError({
      code: "TOO_LARGE",
      message: `${JSON.stringify(tooLarge.path)} is too large for the registry`,
      why: `it has ${tooLarge.size} bytes; the registry takes blobs of at most ${limits.maxBlobSize ?? "?"} bytes`,
      fix: "send large files to an external store: add a rule under storage.rules in bale.yaml",
      context: { path: tooLarge.path, size: tooLarge.size },
    });
  if (plan.overHardLimit)
    throw new BaleError({
      code: "REGISTRY_LIMIT",
      message: `the manifest would have ${plan.manifestLayers} layers`,
      why: `the registry takes at most ${limits.manifestLayers}`,
      fix: "run `bale repack REF` in a workspace that holds all files",
      context: { layers: plan.manifestLayers },
    });
  return plan;
}
