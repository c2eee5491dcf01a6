import type {
  BlobDriver,
  BlobStat,
  ByteRange,
  ByteSource,
  ByteStream,
  CallOptions,
  Digest,
  Hasher,
} from "@bale/spec";
import { type CheckedSource, checkedSource, sourceChanged } from "./checked-source.js";
import { readSpan } from "./read-span.js";
import { type RetryPolicy, retryPolicy } from "./retry-policy.js";
import { storeConflict, storeCorrupt, wrapStoreError } from "./store-error.js";
import { verifiedStream } from "./verified-stream.js";
import { watchedSource } from "./watched-source.js";

/** What a caller expects of a blob: the size in bytes and the sha256 of its content. */
export interface StoredBlob {
  readonly digest: Digest;
  readonly size: number;
}
export interface GetOptions extends CallOptions {
  readonly range?: ByteRange | undefined;
  /**
   * Given by a caller that can forget what it got: when the whole content turns out to have another digest, it is called once and all
   * bytes come again from the first. Without it the stream ends in `DIGEST_MISMATCH`.
   */
  readonly onRestart?: (() => void | Promise<void>) | undefined;
}
export interface PutOptions extends CallOptions {
  /** Absolute count of bytes sent so far; falls when a try starts over. */
  readonly onBytes?: ((sent: number) => void) | undefined;
}

/**
 * What everybody but a storage plugin uses: verification, error codes and resumption live here once.
 * Errors name the store: `BLOB_MISSING`, `DENIED`, `SERVER` … for the bundle's own repository, `EXTERNAL_MISSING`, `STORE_DENIED`,
 * `STORE_BUSY` … for a named store.
 */
export interface BlobStore extends AsyncDisposable {
  readonly driver: BlobDriver;
  /** The store's name in the root; `undefined` for the bundle's own repository. */
  readonly name: string | undefined;
  /** Whether the store holds a blob of this digest and size. */
  readonly has: (blob: StoredBlob, options?: CallOptions) => Promise<boolean>;
  /**
   * Whole: yields exactly `size` bytes, resumes a broken transfer, and instead of ending throws `DIGEST_MISMATCH` when they are the wrong ones;
   * nothing may become visible before the loop has ended. A range: exactly its bytes, checked by length alone.
   * @throws BaleError also `SIZE_MISMATCH`, `TRUNCATED`, `RANGE_INVALID`
   */
  readonly get: (blob: StoredBlob, options?: GetOptions) => ByteStream;
  /**
   * Where the backend does not check digests, what is sent is hashed, and a difference fails the write before anything is visible.
   * @throws BaleError also `FILE_CHANGED` (the source gave other bytes), `STORE_CONFLICT` (other bytes are there already), `STORE_CORRUPT`
   */
  readonly put: (
    blob: StoredBlob,
    source: ByteSource,
    options?: PutOptions,
  ) => Promise<"created" | "existed">;
  /** Whether the backend took the blob over from another repository of the same registry. Any failure means: upload. */
  readonly tryMount: (blob: StoredBlob, from: string, options?: CallOptions) => Promise<boolean>;
}
export interface BlobStoreOptions {
  readonly hasher: Hasher;
  /** Name of an external store, for errors. */
  readonly name?: string | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
}

function sameBlob(stat: BlobStat | undefined, blob: StoredBlob): boolean {
  if (stat === undefined || stat.size !== blob.size) return false;
  return stat.storedDigest === undefined || stat.storedDigest === blob.digest;
}

/** Wraps a driver. Disposing the store disposes the driver. */
export function createBlobStore(driver: BlobDriver, options: BlobStoreOptions): BlobStore {
  const { hasher, name } = options;
  const policy = retryPolicy(options.retry);

  const statBlob = async (blob: StoredBlob, call: CallOptions): Promise<BlobStat | undefined> => {
    try {
      return await driver.stat(driver.locate(blob.digest), call);
    } catch (cause) {
      throw wrapStoreError(cause, { driver, name, blob, operation: "look up", signal: call.signal });
    }
  };

  const removeOwn = async (blob: StoredBlob, call: CallOptions): Promise<void> => {
    try {
      await driver.deletion?.delete(driver.locate(blob.digest), call);
    } catch {
      // The failure that led here is the one to report.
    }
  };

  /** For drivers that took up an upload of an earlier run, and so did not read all of the source. */
  const proveOrRemove = async (
    checked: CheckedSource,
    blob: StoredBlob,
    call: CallOptions,
  ): Promise<void> => {
    try {
      await checked.prove(call.signal);
    } catch (cause) {
      await removeOwn(blob, {});
      throw wrapStoreError(cause, { driver, name, blob, operation: "write", signal: call.signal });
    }
  };

  const put: BlobStore["put"] = async (blob, source, call = {}) => {
    if (source.size !== blob.size)
      throw sourceChanged(blob, `there are ${source.size} bytes, not ${blob.size}`);
    const checked = driver.verifiesDigest ? undefined : checkedSource(source, blob, hasher);
    const watched = watchedSource(checked?.source ?? source);
    const write = { digest: blob.digest, onBytes: call.onBytes, signal: call.signal };
    let outcome: "created" | "existed";
    try {
      outcome = await driver.write(driver.locate(blob.digest), watched.source, write);
    } catch (cause) {
      throw wrapStoreError(watched.failure() ?? cause, {
        driver,
        name,
        blob,
        operation: "write",
        signal: call.signal,
      });
    }
    if (!checked) return outcome;
    if (outcome === "created") await proveOrRemove(checked, blob, call);
    // Some gateways answer success and keep other bytes (measured with s3rver), and conditional writes are ignored by some.
    const stat = await statBlob(blob, { signal: call.signal });
    if (sameBlob(stat, blob)) return outcome;
    if (outcome === "existed") throw storeConflict(name, blob, stat);
    await removeOwn(blob, { signal: call.signal });
    throw storeCorrupt(name, blob, stat);
  };

  return {
    driver,
    name,
    has: async (blob, call = {}) => sameBlob(await statBlob(blob, call), blob),
    get: (blob, call = {}) => {
      const target = { driver, name, blob, policy, signal: call.signal };
      if (!call.range) return verifiedStream(target, hasher, call.onRestart);
      return readSpan(target, call.range.start, call.range.endExclusive ?? blob.size, "range");
    },
    put,
    tryMount: async (blob, from, call = {}) => {
      if (!driver.mounting) return false;
      try {
        return (await driver.mounting.mount(blob.digest, from, call)) === "mounted";
      } catch (cause) {
        if (call.signal?.aborted)
          throw wrapStoreError(cause, { driver, name, blob, operation: "mount", signal: call.signal });
        return false;
      }
    },
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose]() as Promise<void>,
  };
}
