import { BaleError, type BlobLocator } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBlobStore } from "./blob-store.js";
import { bytesSource } from "./bytes-source.js";
import { getBytes } from "./get-bytes.js";
import { chaosLayer } from "./layers/chaos-layer.js";
import { limitLayer } from "./layers/limit-layer.js";
import { retryLayer } from "./layers/retry-layer.js";
import { memoryDriver } from "./memory-driver.js";
import { nodeHasher } from "./ports/node-hasher.js";
import { blobOf, collect, instantRetry, randomBytes, seededRandom } from "./storage.testing.js";

const cases = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 0, max: 3000 }),
  chunkBytes: fc.integer({ min: 1, max: 800 }),
  verifiesDigest: fc.boolean(),
});

describe("a store over an unreliable backend", () => {
  it("gives the right bytes or a BaleError, and keeps nothing wrong", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, size, chunkBytes, verifiesDigest }) => {
        const random = seededRandom(seed);
        const blobs = new Map<BlobLocator, Uint8Array>();
        const chaos = chaosLayer({
          random,
          fail: 0.2,
          breakRead: 0.3,
          truncate: 0.1,
          corrupt: 0.1,
          extend: 0.05,
          breakWrite: 0.3,
          loseAnswer: 0.2,
        });
        const retry = { ...instantRetry(), tries: 4 };
        const driver = limitLayer({ concurrency: 2 })(
          retryLayer(retry)(chaos(memoryDriver({ blobs, chunkBytes, verifiesDigest }))),
        );
        const store = createBlobStore(driver, { hasher: nodeHasher, retry });
        const bytes = randomBytes(size, seed + 1);
        const blob = blobOf(bytes);
        try {
          await store.put(blob, bytesSource(bytes));
        } catch (cause) {
          expect(BaleError.is(cause)).toBe(true);
        }
        const kept = blobs.get(driver.locate(blob.digest));
        if (kept) expect(Buffer.from(kept).equals(bytes)).toBe(true);
        for (const read of [
          () => collect(store.get(blob)),
          () => getBytes(store, blob, { maxBytes: size }),
        ]) {
          try {
            expect(Buffer.from(await read()).equals(bytes)).toBe(true);
          } catch (cause) {
            expect(BaleError.is(cause)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gets through when faults are few", async () => {
    for (let seed = 0; seed < 100; seed++) {
      const chaos = chaosLayer({
        random: seededRandom(seed),
        fail: 0.1,
        breakRead: 0.2,
        breakWrite: 0.1,
        loseAnswer: 0.1,
      });
      const retry = { ...instantRetry(), tries: 10 };
      const driver = retryLayer(retry)(chaos(memoryDriver({ chunkBytes: 64 })));
      const store = createBlobStore(driver, { hasher: nodeHasher, retry });
      const bytes = randomBytes(1000, seed);
      await store.put(blobOf(bytes), bytesSource(bytes));
      expect((await collect(store.get(blobOf(bytes)))).equals(bytes)).toBe(true);
    }
  });

  it("does each fault that it is asked for", async () => {
    const bytes = randomBytes(500);
    const blob = blobOf(bytes);
    const inner = memoryDriver();
    const locator = inner.locate(blob.digest);
    const at = (options: object): ReturnType<typeof memoryDriver> =>
      chaosLayer({ random: seededRandom(1), ...options })(inner);
    await expect(
      at({ breakWrite: 1 }).write(locator, bytesSource(bytes), { digest: blob.digest }),
    ).rejects.toThrow("connection reset");
    expect(await inner.stat(locator)).toBeUndefined();
    await expect(
      at({ loseAnswer: 1 }).write(locator, bytesSource(bytes), { digest: blob.digest }),
    ).rejects.toThrow("answer was lost");
    expect(await inner.stat(locator)).toEqual({ size: 500 });
    await expect(at({ fail: 1 }).stat(locator)).rejects.toThrow("no connection");
    await expect(collect(at({ breakRead: 1 }).read(locator))).rejects.toThrow("connection reset");
    expect((await collect(at({ truncate: 1 }).read(locator))).length).toBeLessThan(500);
    expect((await collect(at({ extend: 1 }).read(locator))).length).toBe(501);
    const corrupt = await collect(at({ corrupt: 1 }).read(locator));
    expect(corrupt.filter((byte, index) => byte !== bytes[index])).toHaveLength(1);
    expect((await collect(at({}).read(locator))).equals(bytes)).toBe(true);
  });
});
