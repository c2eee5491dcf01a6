import type { BlobDriver, BlobLocator } from "@bale/spec";
import { type BlobStore, type BlobStoreOptions, createBlobStore } from "./blob-store.js";
import { layeredDriver } from "./layers/layered-driver.js";
import { type MemoryDriverOptions, memoryDriver } from "./memory-driver.js";
import { nodeHasher } from "./ports/node-hasher.js";
import { blobOf, instantRetry, randomBytes } from "./storage.testing.js";

export const bytes = randomBytes(1000);
export const blob = blobOf(bytes);

export interface Setup {
  readonly store: BlobStore;
  readonly driver: BlobDriver;
  readonly blobs: Map<BlobLocator, Uint8Array>;
}
export function setup(
  change: (driver: BlobDriver) => Partial<BlobDriver> = () => ({}),
  memory: MemoryDriverOptions = {},
  options: Partial<BlobStoreOptions> = {},
): Setup {
  const blobs = new Map<BlobLocator, Uint8Array>();
  const inner = memoryDriver({ blobs, chunkBytes: 100, ...memory });
  const driver = layeredDriver(inner, change(inner));
  return {
    blobs,
    driver,
    store: createBlobStore(driver, { hasher: nodeHasher, retry: instantRetry(), ...options }),
  };
}

/** Fails a whole read after so many bytes, `times` times. */
export function breaking(
  inner: BlobDriver,
  after: number,
  times: number,
  cause: () => unknown,
): Partial<BlobDriver> & { reads: unknown[] } {
  const reads: unknown[] = [];
  return {
    reads,
    async *read(locator, options) {
      reads.push(options?.range);
      let left = reads.length <= times ? after : Number.POSITIVE_INFINITY;
      for await (const chunk of inner.read(locator, options)) {
        if (chunk.length > left) {
          if (left > 0) yield chunk.subarray(0, left);
          throw cause();
        }
        left -= chunk.length;
        yield chunk;
      }
    },
    classify: (error) => (error instanceof RangeError ? { kind: "unavailable" } : inner.classify(error)),
  };
}
export const reset = (): Error => new RangeError("connection reset");
