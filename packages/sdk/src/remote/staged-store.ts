import { STAGED_STORE, type StagingArea } from "@bale/engine";
import { BaleError, type BlobDriver, type BlobLocator, type Digest, digestFromHex } from "@bale/spec";
import { type BlobStore, createBlobStore, fileSource, nodeHasher } from "@bale/storage";

/** Content that was unpacked from another tool's archive a moment ago, readable like any store. */
export function openStagedStore(staging: StagingArea): BlobStore {
  const find = async (locator: BlobLocator) => staging.find(digestFromHex(locator.slice("staged:".length)));
  const driver: BlobDriver = {
    scheme: "staged",
    limits: {},
    verifiesDigest: false,
    locate: (digest: Digest) => `staged:${digest.slice(7)}` as BlobLocator,
    stat: async (locator) => {
      const file = await find(locator);
      return file && { size: file.size };
    },
    read: async function* (locator, options) {
      const file = await find(locator);
      if (!file)
        throw new BaleError({
          code: "BLOB_MISSING",
          message: "unpacked content was removed while it was needed",
        });
      yield* fileSource(file.path, { size: file.size }).open({
        signal: options?.signal,
        range: options?.range,
      });
    },
    write: async () => {
      throw new BaleError({ code: "CAPABILITY_MISSING", message: "unpacked content is only read" });
    },
    classify: () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
  return createBlobStore(driver, { hasher: nodeHasher, name: STAGED_STORE });
}
