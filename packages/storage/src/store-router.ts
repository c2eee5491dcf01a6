import type { BlobRef, StoreName } from "@bale/spec";
import type { BlobStore } from "./blob-store.js";

/** The store that a blob lives in. Disposing closes the stores that it opened, not the registry's. */
export type StoreRouter = ((blob: Pick<BlobRef, "store">) => Promise<BlobStore>) & AsyncDisposable;

export interface StoreRouterOptions {
  readonly registry: BlobStore;
  /** Opens a named store: trust and grammar are checked there, before any driver runs. */
  readonly open: (name: StoreName) => Promise<BlobStore>;
}

/** Opens each external store once, when a blob first needs it; a failed opening is tried again by the next caller. */
export function createStoreRouter({ registry, open }: StoreRouterOptions): StoreRouter {
  const opened = new Map<StoreName, Promise<BlobStore>>();
  const route = async ({ store: name }: Pick<BlobRef, "store">): Promise<BlobStore> => {
    if (name === undefined) return registry;
    const known = opened.get(name);
    if (known) return known;
    const opening = open(name);
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
    return opening;
  };
  const dispose = async (): Promise<void> => {
    const stores = await Promise.allSettled(opened.values());
    opened.clear();
    await Promise.all(
      stores.map((store) => (store.status === "fulfilled" ? store.value[Symbol.asyncDispose]() : undefined)),
    );
  };
  return Object.assign(route, { [Symbol.asyncDispose]: dispose });
}
