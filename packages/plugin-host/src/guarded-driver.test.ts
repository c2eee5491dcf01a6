import { BaleError, type BlobDriver, type ByteSource, type Digest } from "@bale/spec";
import { bytesSource, createBlobStore, memoryDriver, nodeHasher } from "@bale/storage";
import { describe, expect, it, vi } from "vitest";
import { guardDriver } from "./guarded-driver.js";
import { createKnownSecrets } from "./known-secrets.js";
import { createPluginGuard } from "./plugin-guard.js";
import { rejectionOf } from "./sample-plugin.testing.js";

const bytes = new Uint8Array(100_000).fill(7);
const blob = { digest: nodeHasher.digest(bytes), size: bytes.length };
const LIMITS = { openMs: 20, stallMs: 20, abortMs: 10 };

function guarded(changes: Partial<Record<keyof BlobDriver, unknown>>): BlobDriver {
  const guard = createPluginGuard("acme", LIMITS, createKnownSecrets({ ACME_TOKEN: "canary-0123456789" }));
  return guardDriver(guard, { ...memoryDriver(), ...changes }, 'a store of type "shelf"');
}
const never = (): Promise<never> => new Promise(() => {});
const put = (driver: BlobDriver, source: ByteSource = bytesSource(bytes), signal?: AbortSignal) =>
  driver.write(driver.locate(blob.digest), source, { digest: blob.digest, ...(signal ? { signal } : {}) });
async function readAll(driver: BlobDriver, signal?: AbortSignal): Promise<number> {
  let read = 0;
  for await (const chunk of driver.read(driver.locate(blob.digest), signal ? { signal } : {}))
    read += chunk.length;
  return read;
}
const FAILED = {
  code: "PLUGIN_FAILED",
  message: expect.stringContaining("the plugin acme failed"),
  context: { plugin: "acme" },
};

describe("a driver of a plugin", () => {
  it("works as it does without a watch", async () => {
    const driver = guarded({});
    const counts: number[] = [];
    const options = { digest: blob.digest, onBytes: (sent: number) => counts.push(sent) };
    expect(await driver.write(driver.locate(blob.digest), bytesSource(bytes), options)).toBe("created");
    expect(counts.at(-1)).toBe(bytes.length);
    expect(await driver.stat(driver.locate(blob.digest))).toEqual({ size: bytes.length });
    expect(await readAll(driver)).toBe(bytes.length);
    await driver[Symbol.asyncDispose]();
  });

  const rubbish: readonly (readonly [
    string,
    Partial<Record<keyof BlobDriver, unknown>>,
    (driver: BlobDriver) => Promise<unknown>,
  ])[] = [
    ["a stat of no size", { stat: async () => ({}) }, (driver) => driver.stat(driver.locate(blob.digest))],
    [
      "a stat of a negative size",
      { stat: async () => ({ size: -1 }) },
      (driver) => driver.stat(driver.locate(blob.digest)),
    ],
    ["a stat of null", { stat: async () => null }, (driver) => driver.stat(driver.locate(blob.digest))],
    [
      "a digest that is none",
      { stat: async () => ({ size: 1, storedDigest: "x" }) },
      (driver) => driver.stat(driver.locate(blob.digest)),
    ],
    ["a write that is done", { write: async () => "done" }, put],
    ["a write that says nothing", { write: async () => undefined }, put],
    ["a read of nothing", { read: () => undefined }, (driver) => readAll(driver)],
    [
      "a read of texts",
      {
        read: async function* () {
          yield "text";
        },
      },
      (driver) => readAll(driver),
    ],
    [
      "a read whose steps are none",
      { read: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => 7 }) }) },
      (driver) => readAll(driver),
    ],
    ["a locator of nothing", { locate: () => undefined }, async (driver) => driver.locate(blob.digest)],
    [
      "a stat that throws",
      {
        stat: () => {
          throw new TypeError("x of undefined");
        },
      },
      (driver) => driver.stat(driver.locate(blob.digest)),
    ],
    [
      "a read that throws",
      {
        read: () => {
          throw new TypeError("x of undefined");
        },
      },
      (driver) => readAll(driver),
    ],
    [
      "a write that throws",
      {
        write: () => {
          throw new TypeError("x of undefined");
        },
      },
      put,
    ],
    ["a stat that hangs", { stat: never }, (driver) => driver.stat(driver.locate(blob.digest))],
    ["a write that hangs", { write: never }, put],
    [
      "a read that hangs",
      { read: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) },
      (driver) => readAll(driver),
    ],
    [
      "a list of rubbish",
      {
        listing: {
          list: async function* () {
            yield { size: 1 };
          },
        },
      },
      async (driver) => {
        for await (const _ of driver.listing?.list() ?? []);
      },
    ],
    [
      "a mount that is neither",
      { mounting: { mount: async () => true } },
      async (driver) => driver.mounting?.mount(blob.digest, "a/b"),
    ],
    [
      "a deletion that hangs",
      { deletion: { delete: never } },
      async (driver) => driver.deletion?.delete(driver.locate(blob.digest)),
    ],
  ];
  it.each(rubbish)("with %s fails, by its name", async (_name, changes, use) => {
    expect(await rejectionOf((async () => use(guarded(changes)))())).toMatchObject(FAILED);
  });

  it("that gives or takes bytes now and then is left alone, however long it takes in all", async () => {
    vi.useFakeTimers();
    try {
      const slowly = async function* () {
        for (let count = 0; count < 4; count++) {
          await new Promise((resolve) => setTimeout(resolve, LIMITS.stallMs - 5));
          yield bytes.subarray(0, 1);
        }
      };
      const reading = readAll(guarded({ read: slowly }));
      const writing = put(guarded({}), { size: 4, open: slowly });
      await vi.advanceTimersByTimeAsync(4 * LIMITS.stallMs);
      expect(await Promise.all([reading, writing])).toEqual([4, "created"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("that does not heed an abort is not waited for", async () => {
    for (const changes of [
      { stat: never },
      { write: never },
      { read: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) },
    ]) {
      const stop = new AbortController();
      const driver = guarded(changes);
      const { signal } = stop;
      const doing =
        "stat" in changes
          ? driver.stat(driver.locate(blob.digest), { signal })
          : "write" in changes
            ? put(driver, undefined, signal)
            : readAll(driver, signal);
      stop.abort();
      expect(await rejectionOf(doing)).toMatchObject({ code: "INTERRUPTED" });
    }
  });

  it("may say what its own failures are; the store's errors follow, without secrets", async () => {
    const driver = guarded({
      stat: () => Promise.reject(new Error("503 for canary-0123456789")),
      classify: (cause: unknown) =>
        cause instanceof Error && cause.message.startsWith("503")
          ? { kind: "unavailable", retry: { kind: "after", milliseconds: 7 } }
          : undefined,
    });
    const store = createBlobStore(driver, { hasher: nodeHasher, name: "big" });
    const error = await rejectionOf(store.has(blob));
    expect(error).toMatchObject({
      code: "STORE_BUSY",
      retry: { kind: "after", milliseconds: 7 },
      why: "503 for [hidden]",
    });
  });

  it.each<[string, unknown]>([
    ["nothing", () => undefined],
    ["a word that there is not", () => ({ kind: "broken" })],
    ["rubbish", () => 7],
    [
      "an exception",
      () => {
        throw new Error("no");
      },
    ],
    ["that it does not know either", () => ({ kind: "internal" })],
  ])("that says %s of its failure is named in it", async (_name, classify) => {
    const store = createBlobStore(guarded({ stat: () => Promise.reject(new Error("boom")), classify }), {
      hasher: nodeHasher,
    });
    expect(await rejectionOf(store.has(blob))).toMatchObject({ ...FAILED, why: "boom" });
  });

  it("may throw what the system said", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const store = createBlobStore(guarded({ write: () => Promise.reject(full) }), {
      hasher: nodeHasher,
      name: "big",
    });
    expect(await rejectionOf(store.put(blob, bytesSource(bytes)))).toMatchObject({ code: "NO_SPACE" });
  });

  it("is not blamed for a source that fails", async () => {
    const changed = new BaleError({ code: "FILE_CHANGED", message: "it changed" });
    const source: ByteSource = {
      size: blob.size,
      open: async function* () {
        yield bytes.subarray(0, 10);
        throw changed;
      },
    };
    expect(await rejectionOf(put(guarded({}), source))).toBe(changed);
  });

  it("has its reads closed when the reader has enough, also where closing hangs", async () => {
    let closed = 0;
    const read = () => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: bytes }),
        return: () => {
          closed += 1;
          return never();
        },
      }),
    });
    for await (const _ of guarded({ read }).read(guarded({}).locate(blob.digest), {})) break;
    expect(closed).toBe(1);
  });

  it("has only limits that are amounts, and estimates that are", () => {
    const driver = guarded({
      limits: { maxBlobSize: -1, partSize: 5, concurrency: "many" },
      writeRequests: () => Number.NaN,
    });
    expect(driver.limits).toEqual({ partSize: 5 });
    expect(driver.writeRequests?.(1)).toBe(0);
    expect(guarded({ limits: null }).limits).toEqual({});
    expect(guarded({ listing: { list: 7 } }).listing).toBeUndefined();
  });

  it("shows its unfinished uploads, and aborts them", async () => {
    const upload = {
      locator: guarded({}).locate(blob.digest),
      digest: blob.digest,
      id: "u1",
      startedAt: new Date(0),
    };
    const aborted: unknown[] = [];
    const uploads = {
      list: async function* (options: unknown) {
        aborted.push(options);
        yield upload;
        yield { ...upload, startedAt: "yesterday" };
      },
      abort: async (each: unknown) => void aborted.push(each),
    };
    const driver = guarded({ uploads });
    const seen: unknown[] = [];
    const listing = (async () => {
      for await (const each of driver.uploads?.list({ startedBefore: new Date(1) }) ?? []) seen.push(each);
    })();
    expect(await rejectionOf(listing)).toMatchObject(FAILED);
    expect(seen).toEqual([upload]);
    await driver.uploads?.abort({ locator: upload.locator, id: "u1" });
    expect(aborted).toEqual([{ startedBefore: new Date(1) }, { locator: upload.locator, id: "u1" }]);
    expect(guarded({ uploads: { list: uploads.list } }).uploads).toBeUndefined();
  });

  it("keeps what it promises of digests", () => {
    expect(guarded({ verifiesDigest: "yes" }).verifiesDigest).toBe(false);
    expect(guarded({ verifiesDigest: true }).verifiesDigest).toBe(true);
    expect(guarded({}).locate(blob.digest as Digest)).toBe(memoryDriver().locate(blob.digest));
  });
});
