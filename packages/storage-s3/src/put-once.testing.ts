import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import type { S3Config } from "./config.js";
import type { FakeReply, FakeS3Options } from "./fake-s3.testing.js";
import type { StorageS3Options } from "./options.js";
import { sample, storeOf, type TestStore } from "./store.testing.js";

export const small = sample(500);

export interface Tried extends TestStore {
  readonly error: unknown;
}
/** One small blob, written once. */
export async function put(
  options: FakeS3Options & { readonly driver?: StorageS3Options; readonly config?: Partial<S3Config> },
  blob = small,
): Promise<Tried> {
  const store = storeOf(options);
  const blobs = createBlobStore(store.driver, { hasher: nodeHasher, name: "big" });
  try {
    await blobs.put(blob, bytesSource(blob.bytes));
  } catch (error) {
    return { ...store, error };
  }
  return { ...store, error: undefined };
}
/** The store answers every PUT with this. */
export const onPut = (reply: FakeReply): FakeS3Options => ({
  fault: ({ method }) => (method === "PUT" ? reply : undefined),
});
