import { comparePaths } from "@bale/spec";
import type { BlobUse } from "./blob-use.js";
import {
  blobsToJoin,
  exactRewrites,
  inexactReason,
  type RewriteRoom,
  rewriteRoom,
  smallPacksToMerge,
  wastefulPacks,
} from "./choose-rewrites.js";
import { type LayerState, openLayer, rewrite, settledRows } from "./layer-state.js";
import { packLimit } from "./pack-limits.js";
import type { CarriedPack, IncomingFile, NotExact, PackInput, PackPlan } from "./pack-plan.js";
import { type PackRules, type PlacedFiles, packRules, placeFiles } from "./place-files.js";

function allUses(layers: readonly LayerState[]): BlobUse[] {
  return layers.flatMap((layer) => [...layer.uses.values()]);
}

/** Bytes that a layer's push packs into a store, so far. */
function poolBytes(state: LayerState, store: IncomingFile["store"], rules: PackRules): number {
  let bytes = 0;
  for (const file of state.rewritten) if (file.store === store) bytes += file.size;
  for (const file of state.fresh) if (file.store === store && rules.isPacked(file)) bytes += file.size;
  return bytes;
}

/** Merges the small packs of a layer, store by store. Answers the bytes written again. */
function mergeSmallPacks(state: LayerState, rules: PackRules, room: RewriteRoom): number {
  let bytes = 0;
  const stores = new Set([...state.uses.values()].map((use) => use.blob.store));
  for (const store of [...stores].sort()) {
    const uses = [...state.uses.values()].filter((use) => use.blob.store === store);
    const pool = poolBytes(state, store, rules);
    const isEmpty = pool === 0;
    const isSmall = !isEmpty && pool < rules.target / 2;
    bytes += rewrite(state, smallPacksToMerge(uses, rules.target, { isEmpty, isSmall }, room));
  }
  return bytes;
}

/** Descriptors of registry blobs that the manifest gets from these layers: one a pack, one a title of a whole file. */
function countManifestLayers(layers: readonly LayerState[], placed: PlacedFiles): number {
  let count = 0;
  for (const use of allUses(layers)) if (!use.blob.store) count += use.whole ? use.rows.length : 1;
  for (const pack of placed.packs) if (!pack.store) count++;
  for (const whole of placed.whole) if (!whole.store) count += 1 + whole.duplicates.length;
  return count;
}

function notExactAfter(layers: readonly LayerState[], placed: PlacedFiles): readonly NotExact[] {
  const kept = allUses(layers).flatMap((use): readonly NotExact[] => {
    const reason = use.blob.store ? undefined : inexactReason(use);
    return reason ? [{ layer: use.layer, blob: use.blob, reason }] : [];
  });
  const whole = placed.whole.flatMap(({ layer, store, file, duplicates }): readonly NotExact[] =>
    !store && [file, ...duplicates].some(({ kind }) => kind === "exec")
      ? [{ layer, blob: { digest: file.digest, size: file.size }, reason: "executable-outside-pack" }]
      : [],
  );
  return [...kept, ...whole];
}

/**
 * Decides how the files of touched layers are stored (format.md, "Packs"). Pure and deterministic: the same input gives the same plan,
 * whatever the order of its lists. It never refuses; `overHardLimit`, `tooLarge` and `notExact` are for the caller to judge.
 */
export function planPacks(input: PackInput): PackPlan {
  const { options } = input;
  const limit = packLimit(options);
  const layers = input.layers.map((layer) => openLayer(layer, options.exact, limit));
  const active = layers.filter((layer) => layer.active);
  const fresh = layers.flatMap((layer) => layer.fresh);
  const room = rewriteRoom(fresh.reduce((sum, file) => sum + file.size, 0));
  let rewrittenBytes = 0;

  if (options.exact)
    for (const layer of layers) rewrittenBytes += rewrite(layer, exactRewrites([...layer.uses.values()]));
  for (const layer of active) rewrittenBytes += rewrite(layer, wastefulPacks([...layer.uses.values()], room));
  const rules = packRules(layers, options);
  for (const layer of active) rewrittenBytes += mergeSmallPacks(layer, rules, room);

  let placed = placeFiles(layers, rules);
  let manifestLayers = input.otherBlobs + countManifestLayers(layers, placed);
  if (manifestLayers > options.manifestLayers) {
    const excess = manifestLayers - options.manifestLayers;
    const pools = new Set(
      layers.filter((layer) => poolBytes(layer, undefined, rules) > 0).map(({ layer }) => layer),
    );
    const joined = blobsToJoin(allUses(active), rules.target, excess, (use) => pools.has(use.layer), room);
    for (const layer of active)
      rewrittenBytes += rewrite(
        layer,
        joined.filter((use) => use.layer === layer.layer),
      );
    placed = placeFiles(layers, rules);
    manifestLayers = input.otherBlobs + countManifestLayers(layers, placed);
  }

  const carriedPacks: CarriedPack[] = allUses(layers)
    .filter((use) => !use.whole)
    .map(({ layer, blob, exact }) => ({ layer, blob, exact }));
  const largest = options.maxBlobSize ?? Number.POSITIVE_INFINITY;
  return {
    ...placed,
    rows: new Map(layers.map((layer) => [layer.layer, settledRows(layer)])),
    carriedPacks,
    notExact: notExactAfter(layers, placed),
    tooLarge: fresh
      .filter((file) => !file.store && file.size > largest)
      .sort((a, b) => comparePaths(a.path, b.path)),
    rewrittenBytes,
    manifestLayers,
    overHardLimit: manifestLayers > options.hardManifestLayers,
  };
}
