import { BaleError, type BlobDriver, type BlobLocator, type ErrorCode, type ErrorKind } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type BlobStore, type BlobStoreOptions, createBlobStore } from "./blob-store.js";
import { bytesSource } from "./bytes-source.js";
import { getBytes } from "./get-bytes.js";
import { layeredDriver } from "./layers/layered-driver.js";
import { type MemoryDriverOptions, memoryDriver } from "./memory-driver.js";
import { nodeHasher } from "./ports/node-hasher.js";
import {
  blobOf,
  changingSource,
  codeOf,
  collect,
  errorOf,
  instantRetry,
  plant,
  randomBytes,
} from "./storage.testing.js";

const bytes = randomBytes(1000);
const blob = blobOf(bytes);

interface Setup {
  readonly store: BlobStore;
  readonly driver: BlobDriver;
  readonly blobs: Map<BlobLocator, Uint8Array>;
}
function setup(
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
function breaking(
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
const reset = (): Error => new RangeError("connection reset");

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

  it("says TRUNCATED when the store holds less", async () => {
    const { store, driver, blobs } = setup();
    plant(blobs, driver, blob, bytes.subarray(0, 999));
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

describe("BlobStore.put", () => {
  it("does not send what is there", async () => {
    const { store } = setup();
    await store.put(blob, bytesSource(bytes));
    expect(await store.put(blob, bytesSource(bytes))).toBe("existed");
  });

  it("publishes nothing when the source changed, where the backend does not check", async () => {
    const { store, blobs } = setup();
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(1000, 2))))).toBe("FILE_CHANGED");
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(999))))).toBe("FILE_CHANGED");
    expect(await codeOf(store.put(blob, { ...bytesSource(randomBytes(1001)), size: 1000 }))).toBe(
      "FILE_CHANGED",
    );
    expect(await codeOf(store.put(blob, { ...bytesSource(randomBytes(999)), size: 1000 }))).toBe(
      "FILE_CHANGED",
    );
    expect(blobs.size).toBe(0);
  });

  it("leaves the check to a backend that has one", async () => {
    const { store, blobs } = setup(undefined, { verifiesDigest: true });
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(1000, 2))))).toBe("DIGEST_MISMATCH");
    expect(blobs.size).toBe(0);
    expect(await store.put(blob, bytesSource(bytes))).toBe("created");
  });

  it("reports what the source said, however the driver wraps it", async () => {
    const { store } = setup((inner) => ({
      write: async (...call) => {
        try {
          return await inner.write(...call);
        } catch {
          throw new Error("request body failed");
        }
      },
    }));
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(1000, 2))))).toBe("FILE_CHANGED");
  });

  it("checks after the fact what a driver did not read in this run, and removes it when it is wrong", async () => {
    const { store, driver, blobs } = setup((inner) => ({
      write: async (locator, source, { signal }) => {
        // Takes up an upload whose first half came earlier.
        const rest = await collect(source.open({ signal, range: { start: 500 } }));
        blobs.set(locator, Buffer.concat([bytes.subarray(0, 500), rest]));
        return inner.verifiesDigest ? "existed" : "created";
      },
    }));
    expect(await store.put(blob, bytesSource(bytes))).toBe("created");
    blobs.clear();
    expect(await codeOf(store.put(blob, changingSource(bytes, randomBytes(1000, 2))))).toBe("FILE_CHANGED");
    expect(blobs.has(driver.locate(blob.digest))).toBe(false);
  });

  it("refuses a key that holds something of another size, and leaves it alone", async () => {
    const { store, driver, blobs } = setup();
    plant(blobs, driver, blob, randomBytes(10));
    expect(await codeOf(store.put(blob, bytesSource(bytes)))).toBe("STORE_CONFLICT");
    expect(blobs.get(driver.locate(blob.digest))).toHaveLength(10);
  });

  it("notices a store that keeps other bytes than it was sent, and removes them", async () => {
    const { store, blobs } = setup((inner) => ({
      write: async (locator, source, options) => {
        const outcome = await inner.write(locator, source, options);
        blobs.set(locator, randomBytes(1050));
        return outcome;
      },
    }));
    const error = await errorOf(store.put(blob, bytesSource(bytes)));
    expect([error.code, error.why]).toEqual(["STORE_CORRUPT", "it holds 1050 bytes, 1000 were sent"]);
    expect(blobs.size).toBe(0);
  });

  it("reports progress", async () => {
    const { store } = setup();
    const seen: number[] = [];
    await store.put(blob, bytesSource(bytes), { onBytes: (sent) => seen.push(sent) });
    expect(seen.at(-1)).toBe(1000);
  });
});

describe("BlobStore errors", () => {
  const failing = (kind: ErrorKind, name?: string, cause: unknown = new Error("backend")): BlobStore => {
    const fail = async (): Promise<never> => {
      throw cause;
    };
    const options = name === undefined ? {} : { name };
    return setup(
      () => ({ stat: fail, write: fail, classify: () => ({ kind, retry: { kind: "never" } }) }),
      {},
      options,
    ).store;
  };

  it.each<[ErrorKind, ErrorCode, ErrorCode]>([
    ["not-found", "BLOB_MISSING", "EXTERNAL_MISSING"],
    ["permission-denied", "DENIED", "STORE_DENIED"],
    ["unauthenticated", "AUTH_FAILED", "STORE_DENIED"],
    ["rate-limited", "RATE_LIMITED", "STORE_BUSY"],
    ["unavailable", "SERVER", "STORE_BUSY"],
    ["timeout", "TIMEOUT", "TIMEOUT"],
    ["precondition-failed", "STORE_CONFLICT", "STORE_CONFLICT"],
    ["unsupported", "CAPABILITY_MISSING", "CAPABILITY_MISSING"],
    ["resource-exhausted", "IO", "IO"],
    ["cancelled", "INTERRUPTED", "INTERRUPTED"],
  ])("names %s by store: %s, %s", async (kind, own, external) => {
    expect(await codeOf(failing(kind).has(blob))).toBe(own);
    const error = await errorOf(failing(kind, "cold").put(blob, bytesSource(bytes)));
    expect(error.code).toBe(external);
    expect(error.context).toMatchObject({ store: "cold", digest: blob.digest });
    expect(error.message).toContain("store cold");
  });

  it("prefers what the operating system said", async () => {
    const full = Object.assign(new Error("write"), { code: "ENOSPC" });
    expect(await codeOf(failing("resource-exhausted", "disk", full).put(blob, bytesSource(bytes)))).toBe(
      "NO_SPACE",
    );
  });

  it("renames a client's general codes and keeps its telling ones", async () => {
    const client = (code: ErrorCode): BaleError => new BaleError({ code, message: "from the client" });
    expect(await codeOf(failing("internal", undefined, client("NOT_FOUND")).has(blob))).toBe("BLOB_MISSING");
    expect(await codeOf(failing("internal", "cold", client("DENIED")).has(blob))).toBe("STORE_DENIED");
    expect(await codeOf(failing("internal", "cold", client("SERVER")).has(blob))).toBe("STORE_BUSY");
    expect(await codeOf(failing("internal", "cold", client("TLS")).has(blob))).toBe("TLS");
    expect(await codeOf(failing("internal", undefined, client("DENIED")).has(blob))).toBe("DENIED");
  });

  it("blames a driver that cannot say what happened", async () => {
    const { store } = setup(() => ({
      stat: async () => {
        throw new Error("?");
      },
      classify: () => undefined,
    }));
    expect(await codeOf(store.has(blob))).toBe("PLUGIN_FAILED");
  });

  it("shows no user part and no query of a URL", async () => {
    const cause = new Error("GET https://me:pass@s3.example/b?X-Amz-Signature=abc failed\r\n\u001b[31m");
    const error = await errorOf(failing("unavailable", "cold", cause).has(blob));
    expect(error.why).toBe("GET https://s3.example/b failed [31m");
  });
});

describe("BlobStore.tryMount", () => {
  it("says whether the backend took it over; a failure means upload", async () => {
    expect(await setup().store.tryMount(blob, "acme/other")).toBe(false);
    const answers = ["mounted", "declined"] as const;
    for (const answer of answers) {
      const { store } = setup(() => ({ mounting: { mount: async () => answer } }));
      expect(await store.tryMount(blob, "acme/other")).toBe(answer === "mounted");
    }
    const { store } = setup(() => ({
      mounting: {
        mount: async () => {
          throw new Error("405");
        },
      },
    }));
    expect(await store.tryMount(blob, "acme/other")).toBe(false);
  });
});
