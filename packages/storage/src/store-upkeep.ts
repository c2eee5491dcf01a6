import type { BlobDeletion, BlobListing, BlobUploads, CallOptions } from "@bale/spec";
import type { BlobStore } from "./blob-store.js";
import { wrapStoreError } from "./store-error.js";

/** What collecting garbage needs of a store, with its errors wrapped; each is there where the driver has the facet. */
export interface StoreUpkeep {
  readonly listing?: BlobListing | undefined;
  readonly deletion?: BlobDeletion | undefined;
  readonly uploads?: BlobUploads | undefined;
}
type Operation = Parameters<typeof wrapStoreError>[1]["operation"];

/** A question about the users of a store, which goes to its plugin and not to its driver, with its errors wrapped all the same. */
export async function askOfUsers<Value>(
  { driver, name }: BlobStore,
  operation: "leave a marker" | "list the users",
  ask: () => Promise<Value>,
  { signal }: CallOptions = {},
): Promise<Value> {
  try {
    return await ask();
  } catch (cause) {
    throw wrapStoreError(cause, { driver, name, operation, signal });
  }
}

/** Listing and removal stay out of `BlobStore`: whoever reads and writes blobs has no use for them. */
export function storeUpkeep({ driver, name }: BlobStore): StoreUpkeep {
  const failed = (cause: unknown, operation: Operation, call: CallOptions | undefined): Error =>
    wrapStoreError(cause, { driver, name, operation, signal: call?.signal });

  async function* listed<Item>(
    items: () => AsyncIterable<Item>,
    operation: Operation,
    call: CallOptions | undefined,
  ): AsyncGenerator<Item> {
    const iterator = items()[Symbol.asyncIterator]();
    try {
      for (;;) {
        let next: IteratorResult<Item>;
        try {
          next = await iterator.next();
        } catch (cause) {
          throw failed(cause, operation, call);
        }
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // What goes wrong while a listing is left early is nobody's concern any more.
      await iterator.return?.().catch(() => undefined);
    }
  }
  async function asked(call: () => Promise<void>, operation: Operation, options: CallOptions | undefined) {
    try {
      await call();
    } catch (cause) {
      throw failed(cause, operation, options);
    }
  }

  const { listing, deletion, uploads } = driver;
  return {
    listing: listing && { list: (options) => listed(() => listing.list(options), "list the blobs", options) },
    deletion: deletion && {
      delete: (locator, options) => asked(() => deletion.delete(locator, options), "delete", options),
    },
    uploads: uploads && {
      list: (options) => listed(() => uploads.list(options), "list unfinished uploads", options),
      abort: (upload, options) =>
        asked(() => uploads.abort(upload, options), "give up an unfinished upload", options),
    },
  };
}
