import type { Digest, StoreDescription } from "@bale/spec";
import { BaleError } from "@bale/spec";
import type { Project } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import type { RemoteTree } from "../remote/remote-tree.js";
import type { StorageListResult, StoreUse } from "./storage-types.js";

export const REGISTRY = "registry";

interface Count {
  readonly layers: Set<string>;
  readonly blobs: Map<Digest, number>;
  files: number;
}

/** Rows of all layers, by the store that their blobs lie in. A file in several stores counts in each. */
async function countUses(
  tree: RemoteTree,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Count>> {
  const counts = new Map<string, Count>();
  for (const { layer, row } of await tree.bundle.rows(undefined, { signal })) {
    const seen = new Set<string>();
    for (const { blob } of row.extents) {
      const store = blob.store ?? REGISTRY;
      const count = counts.get(store) ?? { layers: new Set(), blobs: new Map(), files: 0 };
      counts.set(store, count);
      count.layers.add(layer);
      count.blobs.set(blob.digest, blob.size);
      if (!seen.has(store)) count.files++;
      seen.add(store);
    }
  }
  return counts;
}

async function placeOf(
  context: ClientContext,
  name: string,
  description: StoreDescription | undefined,
): Promise<Pick<StoreUse, "line" | "trusted" | "problem">> {
  if (!description) return { line: undefined, trusted: name === REGISTRY, problem: undefined };
  try {
    const trust = await context.storeTrust(description);
    return { line: trust.line, trusted: trust.trusted, problem: undefined };
  } catch (error) {
    if (!BaleError.is(error)) throw error;
    return {
      line: undefined,
      trusted: false,
      problem: error.why ? `${error.message}: ${error.why}` : error.message,
    };
  }
}

/** `bale storage ls`: the stores of a bundle and of `bale.yaml`. No store is asked. */
export async function listStores(
  context: ClientContext,
  tree: RemoteTree | undefined,
  project: Project | undefined,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<StorageListResult> {
  const counts = tree ? await countUses(tree, options.signal) : new Map<string, Count>();
  const described = new Map<string, StoreDescription>([
    ...(project?.storage.stores ?? []),
    ...(tree?.bundle.root.stores ?? []),
  ]);
  const declared = new Set<string>([REGISTRY, ...(project?.storage.stores.keys() ?? [])]);
  const names = [...new Set([REGISTRY, ...described.keys(), ...counts.keys()])];
  return {
    reference: tree?.state.name,
    manifest: tree?.state.digest,
    stores: await Promise.all(
      names.map(async (name): Promise<StoreUse> => {
        const count = counts.get(name);
        const description = described.get(name);
        return {
          name,
          type: description?.type ?? REGISTRY,
          ...(await placeOf(context, name, description)),
          declared: declared.has(name),
          layers: [...(count?.layers ?? [])].sort(),
          files: count?.files ?? 0,
          blobs: count?.blobs.size ?? 0,
          bytes: [...(count?.blobs.values() ?? [])].reduce((sum, size) => sum + size, 0),
        };
      }),
    ),
  };
}
