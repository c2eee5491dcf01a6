import { blobKey } from "./blob-key.js";
import type { BlobUse } from "./blob-use.js";
import { REWRITE_BYTES, SMALL_PACKS, SMALL_PACKS_AFTER_MERGE } from "./pack-constants.js";

/** Bytes that may still be rewritten in this push; `take` answers whether there was room. */
export interface RewriteRoom {
  readonly take: (bytes: number) => boolean;
}

/** At most 64 MiB, or twice what the push sends anyway. */
export function rewriteRoom(sentBytes: number): RewriteRoom {
  let left = Math.max(REWRITE_BYTES, 2 * sentBytes);
  return {
    take: (bytes) => {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
  };
}

function byKey(a: BlobUse, b: BlobUse): number {
  const left = blobKey(a.blob);
  const right = blobKey(b.blob);
  return left < right ? -1 : left > right ? 1 : 0;
}
function smallestFirst(a: BlobUse, b: BlobUse): number {
  return a.blob.size - b.blob.size || byKey(a, b);
}

/** What must be written anew for `exact`: stale packs, and executables outside of packs, wherever this workspace holds the bytes. */
export function exactRewrites(uses: readonly BlobUse[]): readonly BlobUse[] {
  return uses.filter(
    (use) => use.rewritable && use.blob.store === undefined && inexactReason(use) !== undefined,
  );
}

/** Why a blob keeps the tree from being exact, if it does. */
export function inexactReason(use: BlobUse): "stale-entries" | "executable-outside-pack" | undefined {
  if (!use.whole) return use.exact ? undefined : "stale-entries";
  return use.rows.some((row) => row.kind === "exec") ? "executable-outside-pack" : undefined;
}

/** Packs of which less than half is live, the emptiest first, as far as there is room. */
export function wastefulPacks(uses: readonly BlobUse[], room: RewriteRoom): readonly BlobUse[] {
  const share = (use: BlobUse): number => use.liveBytes / use.blob.size;
  return uses
    .filter((use) => !use.whole && use.rewritable && share(use) < 0.5)
    .sort((a, b) => share(a) - share(b) || byKey(a, b))
    .filter((use) => room.take(use.fileBytes));
}

/**
 * Small packs of one layer and store to merge when there are more than eight: the smallest first, down to four. `poolIsSmall`: the push adds
 * one more small pack; `poolIsEmpty`: it adds none, so that the first pack merged saves nothing.
 */
export function smallPacksToMerge(
  uses: readonly BlobUse[],
  target: number,
  pool: { readonly isEmpty: boolean; readonly isSmall: boolean },
  room: RewriteRoom,
): readonly BlobUse[] {
  const small = uses.filter((use) => !use.whole && use.blob.size < target / 2);
  let count = small.length + (pool.isSmall ? 1 : 0);
  if (count <= SMALL_PACKS) return [];
  const chosen: BlobUse[] = [];
  for (const use of small.filter((candidate) => candidate.rewritable).sort(smallestFirst)) {
    if (count <= SMALL_PACKS_AFTER_MERGE || !room.take(use.fileBytes)) break;
    if (chosen.length > 0 || !pool.isEmpty) count--;
    chosen.push(use);
  }
  return pool.isEmpty && chosen.length < 2 ? [] : chosen;
}

/**
 * Blobs of the registry to join when the manifest has `excess` layers too many: the smallest first, whole files too, over all layers.
 * `hasPool`: whether a layer's push writes a pack that they can join for nothing.
 */
export function blobsToJoin(
  uses: readonly BlobUse[],
  target: number,
  excess: number,
  hasPool: (use: BlobUse) => boolean,
  room: RewriteRoom,
): readonly BlobUse[] {
  const chosen = new Map<string, BlobUse[]>();
  let saved = 0;
  const candidates = uses.filter(
    (use) => use.rewritable && use.blob.store === undefined && use.blob.size < target,
  );
  for (const use of candidates.sort(smallestFirst)) {
    if (saved >= excess || !room.take(use.fileBytes)) break;
    const layer = chosen.get(use.layer);
    if (layer) layer.push(use);
    else chosen.set(use.layer, [use]);
    saved += (use.whole ? use.rows.length : 1) - (layer || hasPool(use) ? 0 : 1);
  }
  return [...chosen.values()].flatMap((layer) => {
    const [first] = layer;
    const gains = layer.length > 1 || (first !== undefined && (hasPool(first) || first.rows.length > 1));
    return gains ? layer : [];
  });
}
