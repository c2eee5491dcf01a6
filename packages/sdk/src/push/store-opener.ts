import type { PushPorts } from "@bale/engine";
import { BaleError, type RemoteRepository, type StoreDescription, type StoreName } from "@bale/spec";
import { askOfUsers, type BlobStore, createBlobStore, nodeHasher } from "@bale/storage";
import type { ClientContext } from "../client/client-context.js";

/**
 * Opens stores for writing on behalf of a repository; the first use of an external one leaves the marker that garbage collection needs.
 * `descriptions` come in the order in which they are asked.
 */
export function storeOpener(
  context: ClientContext,
  repository: RemoteRepository,
  descriptions: readonly (ReadonlyMap<StoreName, StoreDescription> | undefined)[],
): PushPorts["openStore"] {
  const own = createBlobStore(repository.blobs, { hasher: nodeHasher });
  const opened = new Map<StoreName, Promise<BlobStore>>();
  return async (name) => {
    if (name === undefined) return own;
    const known = opened.get(name);
    if (known) return known;
    const description = descriptions.map((stores) => stores?.get(name)).find((found) => found !== undefined);
    if (!description)
      throw new BaleError({
        code: "CONFIG_INVALID",
        message: `bale.yaml has a rule for the store "${name}", which it does not declare`,
      });
    const opening = context.openStore(name, description).then(async (store) => {
      const user = `${repository.registry}/${repository.repository}`;
      await askOfUsers(store, "leave a marker", () => context.host.markUser(description, store.driver, user));
      return store;
    });
    opened.set(name, opening);
    return opening;
  };
}
