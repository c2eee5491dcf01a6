import { BaleError } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { blob, breaking, bytes, reset, setup } from "./blob-store.testing.js";
import { bytesSource } from "./bytes-source.js";
import { getBytes } from "./get-bytes.js";
import { blobOf, codeOf, collect, errorOf, instantRetry, plant, randomBytes } from "./storage.testing.js";

describe("BlobStore.get, whole", () => {
  it("gives the bytes", async () => {
    const { store } = setup();
    expect(await store.put(blob, bytesSource(bytes))).toBe("created");
    expect((await collect(store.get(blob))).equals(bytes)).toBe(true);
    expect(await store.has(blob)).toBe(true);
    expect(await store.has({ ...blob, size: 999 })).toBe(false);
    expect(await store.has(blobOf(randomBytes(3)))).toBe(false);
  });

  it("reads a blob of no bytes, and notices when it is absent", async () => {
    const { store } = setup();
    const empty = blobOf(new Uint8Array());
    expect(await codeOf(collect(store.get(empty)))).toBe("BLOB_MISSING");
    await store.put(empty, bytesSource(new Uint8Array()));
    expect(await collect(store.get(empty))).toHaveLength(0);
  });

  it("goes on by range where a transfer broke, and hashes on", async () => {
    let faults: ReturnType<typeof breaking> | undefined;
    const { store, driver, blobs } = setup((inner) => {
      faults = breaking(inner, 250, 3, reset);
      return faults;
    });
    plant(blobs, driver, blob, bytes);
    expect((await collect(store.get(blob))).equals(bytes)).toBe(true);
    expect(faults?.reads).toEqual([undefined, { start: 250 }, { start: 500 }, { start: 750 }]);
  });

  it("gives up after the tries it has", async () => {
    let faults: ReturnType<typeof breaking> | undefined;
    const retry = instantRetry();
    const { store, driver, blobs } = setup(
      (inner) => {
        faults = breaking(inner, 0, 99, reset);
        return faults;
      },
      {},
      { retry: { ...retry, tries: 4 } },
    );
    plant(blobs, driver, blob, bytes);
    expect(await codeOf(collect(store.get(blob)))).toBe("SERVER");
    expect(faults?.reads).toHaveLength(4);
    expect(retry.pauses).toEqual([250, 500, 1000]);
  });

  it("does not repeat what a client that retries by itself has given up on, but resumes after progress", async () => {
    const failure = (): unknown => new BaleError({ code: "CONNECT_FAILED", message: "no connection" });
    for (const [after, code] of [
      [0, "CONNECT_FAILED"],
      [400, undefined],
    ] as const) {
      const { store, driver, blobs } = setup((inner) => breaking(inner, after, 1, failure));
      plant(blobs, driver, blob, bytes);
      const work = collect(store.get(blob));
      if (code) expect(await codeOf(work)).toBe(code);
      else expect((await work).equals(bytes)).toBe(true);
    }
  });

  it("resumes a transfer that ended early as if it were complete", async () => {
    let reads = 0;
    const { store, driver, blobs } = setup((inner) => ({
      async *read(locator, options) {
        reads++;
        yield* inner.read(
          locator,
          reads === 1 ? { ...options, range: { start: 0, endExclusive: 300 } } : options,
        );
      },
    }));
    plant(blobs, driver, blob, bytes);
    expect((await collect(store.get(blob))).equals(bytes)).toBe(true);
    expect(reads).toBe(2);
  });

  it("says SIZE_MISMATCH when the store holds less, and has that as its size", async () => {
    const { store, driver, blobs } = setup();
    plant(blobs, driver, blob, bytes.subarray(0, 999));
    const error = await errorOf(collect(store.get(blob)));
    expect([error.code, error.message, error.why]).toEqual([
      "SIZE_MISMATCH",
      expect.stringContaining("is shorter than announced"),
      "999 of 1000 bytes are there",
    ]);
  });

  it("says TRUNCATED when less comes each time of what is there in full", async () => {
    const { store, driver, blobs } = setup((inner) => ({
      read: (locator, options) =>
        inner.read(locator, { ...options, range: { start: options?.range?.start ?? 0, endExclusive: 999 } }),
    }));
    plant(blobs, driver, blob, bytes);
    const error = await errorOf(collect(store.get(blob)));
    expect([error.code, error.context["received"]]).toEqual(["TRUNCATED", 999]);
  });

  it("starts over where a backend cannot continue, without giving a byte twice", async () => {
    const { store, driver, blobs } = setup((inner) => {
      const faults = breaking(inner, 450, 1, reset);
      return {
        ...faults,
        read: (locator, options) => {
          if (options?.range) throw new BaleError({ code: "RANGE_INVALID", message: "200 to a range" });
          return faults.read?.(locator, options) ?? inner.read(locator, options);
        },
      };
    });
    plant(blobs, driver, blob, bytes);
    expect((await collect(store.get(blob))).equals(bytes)).toBe(true);
  });

  it("never gives a byte past the size", async () => {
    const { store, driver, blobs } = setup();
    plant(blobs, driver, blob, randomBytes(5000));
    let given = 0;
    const work = (async () => {
      for await (const chunk of store.get(blob)) given += chunk.length;
    })();
    expect(await codeOf(work)).toBe("SIZE_MISMATCH");
    expect(given).toBeLessThanOrEqual(blob.size);
  });

  it("throws instead of ending when the bytes are others", async () => {
    const { store, driver, blobs } = setup();
    plant(blobs, driver, blob, randomBytes(1000, 2));
    const error = await errorOf(collect(store.get(blob)));
    expect([error.code, error.retry.kind]).toEqual(["DIGEST_MISMATCH", "never"]);
    expect(error.context).toMatchObject({ digest: blob.digest, actual: blobOf(randomBytes(1000, 2)).digest });
  });

  it("starts over once, for callers that can, when a resumed content does not match", async () => {
    let reads = 0;
    const { store, driver, blobs } = setup((inner) => ({
      async *read(locator, options) {
        // The first answer breaks; the second continues with bytes of something else.
        reads++;
        if (reads === 1) {
          yield bytes.subarray(0, 500);
          throw reset();
        }
        if (reads === 2) yield randomBytes(500, 9);
        else yield* inner.read(locator, options);
      },
      classify: () => ({ kind: "unavailable" }),
    }));
    plant(blobs, driver, blob, bytes);
    const error = await errorOf(collect(store.get(blob)));
    expect([error.code, error.retry.kind]).toEqual(["DIGEST_MISMATCH", "safe"]);
    reads = 0;
    expect(await getBytes(store, blob, { maxBytes: 1000 })).toEqual(bytes);
    expect(reads).toBe(3);
  });

  it("gives up when a fresh download is wrong as well", async () => {
    const { store, driver, blobs } = setup();
    plant(blobs, driver, blob, randomBytes(1000, 2));
    expect(await codeOf(getBytes(store, blob, { maxBytes: 1000 }))).toBe("DIGEST_MISMATCH");
    expect(await codeOf(getBytes(store, blob, { maxBytes: 999 }))).toBe("LIMIT");
  });

  it("stops when asked to, also where the driver does not", async () => {
    const { store, driver, blobs } = setup((inner) => ({
      read: (locator, options) => inner.read(locator, { range: options?.range }),
    }));
    plant(blobs, driver, blob, bytes);
    const abort = new AbortController();
    const work = (async () => {
      for await (const chunk of store.get(blob, { signal: abort.signal })) if (chunk) abort.abort();
    })();
    expect(await codeOf(work)).toBe("INTERRUPTED");
    expect(
      await codeOf(store.put(blobOf(randomBytes(9)), bytesSource(randomBytes(9)), { signal: abort.signal })),
    ).toBe("INTERRUPTED");
    expect(await codeOf(store.has(blob, { signal: abort.signal }))).toBe("INTERRUPTED");
  });

  it("releases the driver's stream when the reader breaks off", async () => {
    let released = false;
    const { store, driver, blobs } = setup((inner) => ({
      async *read(locator, options) {
        try {
          yield* inner.read(locator, options);
        } finally {
          released = true;
        }
      },
    }));
    plant(blobs, driver, blob, bytes);
    for await (const chunk of store.get(blob)) if (chunk) break;
    expect(released).toBe(true);
  });
});

describe("BlobStore.get, a range", () => {
  it("gives exactly its bytes and resumes inside it", async () => {
    let faults: ReturnType<typeof breaking> | undefined;
    const { store, driver, blobs } = setup((inner) => {
      faults = breaking(inner, 150, 1, reset);
      return faults;
    });
    plant(blobs, driver, blob, bytes);
    const range = { start: 100, endExclusive: 600 };
    expect((await collect(store.get(blob, { range }))).equals(bytes.subarray(100, 600))).toBe(true);
    expect(faults?.reads).toEqual([range, { start: 250, endExclusive: 600 }]);
    expect((await collect(store.get(blob, { range: { start: 900 } }))).equals(bytes.subarray(900))).toBe(
      true,
    );
    expect(await collect(store.get(blob, { range: { start: 5, endExclusive: 5 } }))).toHaveLength(0);
  });

  it.each([
    [-1, 5],
    [5, 4],
    [0, 1001],
    [0.5, 3],
    [Number.NaN, 3],
  ])("refuses %d to %d before any request", async (start, endExclusive) => {
    const { store } = setup(() => ({
      read: () => {
        throw new Error("asked");
      },
    }));
    expect(await codeOf(collect(store.get(blob, { range: { start, endExclusive } })))).toBe("RANGE_INVALID");
  });

  it("refuses an answer that is longer than the range", async () => {
    const { store, driver, blobs } = setup((inner) => ({ read: (locator) => inner.read(locator) }));
    plant(blobs, driver, blob, bytes);
    expect(await codeOf(collect(store.get(blob, { range: { start: 0, endExclusive: 150 } })))).toBe(
      "RANGE_INVALID",
    );
  });
});
