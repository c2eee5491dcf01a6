import { gzipSync } from "node:zlib";
import type { BlobDriver, BlobLocator, BundlePath, Extent, FileRow } from "@bale/spec";
import { type BlobStore, createBlobStore, limitLayer, nodeHasher } from "@bale/storage";
import { beforeEach, describe, expect, it } from "vitest";
import { type CollectingSink, collectingSink } from "../engine-ports.testing.js";
import { type MemoryRemote, memoryRemote } from "../memory-remote.testing.js";
import { noise, text } from "../noise.testing.js";
import { type FetchOptions, type FetchResult, fetchFiles } from "./fetch-files.js";
import { type SampleFile, storeBlob, storePack, storeWhole } from "./stored-files.testing.js";

const MiB = 1024 * 1024;

let remote: MemoryRemote;
let driver: BlobDriver;
let store: BlobStore;
let sink: CollectingSink;
beforeEach(() => {
  remote = memoryRemote();
  driver = remote.blobs;
  store = createBlobStore(driver, { hasher: nodeHasher });
  sink = collectingSink();
});
function fetch(rows: readonly FileRow[], options: FetchOptions = {}): Promise<FetchResult> {
  remote.content.log.length = 0;
  return fetchFiles(rows, { storeOf: async () => store, sink }, options);
}
function expectFiles(files: readonly SampleFile[]): void {
  expect([...sink.files.keys()].sort()).toEqual(files.map((file) => file.path).sort());
  for (const { path, bytes } of files)
    expect(sink.files.get(path as BundlePath)?.bytes.equals(bytes), path).toBe(true);
}
function reads(): readonly string[] {
  return remote.content.log.filter((line) => line.startsWith("read"));
}
/** Changes stored bytes behind everybody's back. */
function damage(row: FileRow, at: number, extent = 0): void {
  const { blob } = row.extents[extent] as Extent;
  const bytes = remote.content.blobs.get(driver.locate(blob.digest)) as Uint8Array;
  bytes[at] = (bytes[at] as number) ^ 0xff;
}

const small: readonly SampleFile[] = [
  { path: "a/one", bytes: text(3000, 1) },
  { path: "a/two", bytes: noise(5000, 2) },
  { path: "b", bytes: text(100, 3), kind: "exec" },
];
// Data of 128 KiB and more lies in members of its own; beyond a MiB it is streamed.
const mixed: readonly SampleFile[] = [
  ...small,
  { path: "c/large", bytes: Buffer.concat([text(MiB, 4), noise(1.2 * MiB, 5)]) },
  { path: "c/middle", bytes: noise(200_000, 6) },
  { path: "e", bytes: text(10, 8) },
];

describe("fetching", () => {
  for (const compression of ["gzip", "none"] as const)
    it(`brings every file of a pack (${compression}) in one request`, async () => {
      const rows = await storePack(driver, mixed, compression);
      const progress: number[] = [];
      const result = await fetch(rows, { onBytes: (received) => progress.push(received) });
      expectFiles(mixed);
      const size = rows[0]?.extents[0]?.blob.size;
      expect(result).toEqual({ files: mixed.length, requests: 1, bytes: size });
      expect(reads()).toHaveLength(1);
      expect(progress.at(-1)).toBe(size);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
    });

  it("brings some files of a pack by ranges, whatever lies between them", async () => {
    const rows = await storePack(driver, mixed);
    for (const wanted of [
      ["a/two"],
      ["b", "e"],
      ["c/large", "e"],
      ["c/middle", "a/one"],
      ["c/large", "c/middle"],
    ]) {
      sink.files.clear();
      const result = await fetch(rows.filter((row) => wanted.includes(row.path)));
      expectFiles(mixed.filter((file) => wanted.includes(file.path)));
      expect(result.bytes).toBeLessThan(1.5 * MiB);
    }
  });

  it("brings a file of several members, and what lies behind it", async () => {
    const files = [
      { path: "a", bytes: Buffer.concat([noise(MiB, 7), Buffer.alloc(8 * MiB)]) },
      { path: "b", bytes: text(10, 8) },
    ];
    const rows = await storePack(driver, files);
    expect(rows[0]?.extents).toHaveLength(1);
    await fetch(rows);
    expectFiles(files);
  });

  it("brings whole files, links, empty files and files in several pieces", async () => {
    const whole = await storeWhole(driver, { path: "whole", bytes: noise(300_000, 9) });
    const parts = [noise(1000, 10), noise(2000, 11)];
    const blobs = await Promise.all(parts.map((part) => storeBlob(driver, part)));
    const joined = Buffer.concat(parts);
    const scattered: FileRow = {
      path: "parts" as BundlePath,
      kind: "file",
      digest: nodeHasher.digest(joined),
      size: 3000,
      extents: blobs.map((blob) => ({ blob, offset: 0, length: blob.size })),
    };
    const target = Buffer.from("whole");
    const link: FileRow = {
      path: "link" as BundlePath,
      kind: "link",
      digest: nodeHasher.digest(target),
      size: 5,
      target: "whole",
      extents: [],
    };
    const empty: FileRow = {
      path: "empty" as BundlePath,
      kind: "file",
      digest: nodeHasher.digest(new Uint8Array(0)),
      size: 0,
      extents: [],
    };
    const result = await fetch([whole, scattered, link, empty]);
    expectFiles([
      { path: "whole", bytes: noise(300_000, 9) },
      { path: "parts", bytes: joined },
      { path: "link", bytes: target },
      { path: "empty", bytes: new Uint8Array(0) },
    ]);
    expect(result).toEqual({ files: 4, requests: 3, bytes: 303_000 });
  });

  it("reads packs of other writers: one member for many files, large and expanding", async () => {
    const zeros = Buffer.alloc(24 * MiB);
    const content = Buffer.concat([Buffer.from("first"), zeros, Buffer.from("last")]);
    const blob = await storeBlob(driver, gzipSync(content));
    const piece = (path: string, skip: number, take: number): FileRow => ({
      path: path as BundlePath,
      kind: "file",
      digest: nodeHasher.digest(content.subarray(skip, skip + take)),
      size: take,
      extents: [{ blob, offset: 0, length: blob.size, member: { skip, take } }],
    });
    await fetch([piece("first", 0, 5), piece("large", 2, 20 * MiB), piece("again", 5, 100)]);
    expect([...sink.files.keys()].sort()).toEqual(["again", "first", "large"]);
  });

  it("brings large files that share their content", async () => {
    const [row] = (await storePack(driver, [{ path: "x", bytes: noise(2 * MiB) }])) as [FileRow];
    const result = await fetch([
      row,
      { ...row, path: "y" as BundlePath },
      { ...row, path: "z" as BundlePath },
    ]);
    // The first goes through as a stream, the others are read by themselves.
    expect(result).toMatchObject({ files: 3, requests: 3 });
    expect([...sink.files.keys()].sort()).toEqual(["x", "y", "z"]);
  });

  it("never waits for itself, however few reads a store allows at once", async () => {
    store = createBlobStore(limitLayer({ concurrency: 1 })(driver), { hasher: nodeHasher });
    const rows = await storePack(driver, mixed);
    const shared = (rows.find((row) => row.path === "c/large") as FileRow).extents;
    const twin = {
      ...(rows.find((row) => row.path === "c/large") as FileRow),
      path: "twin" as BundlePath,
      extents: shared,
    };
    damage(rows[1] as FileRow, (rows[1]?.extents[0]?.offset as number) + 700);
    await expect(fetch([...rows, twin])).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    await expect(fetch(rows.slice(1, 2))).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  });
});

describe("wrong bytes", () => {
  it("in a range lead to the whole blob, and blame it when it is damaged", async () => {
    const rows = await storePack(driver, mixed);
    const row = rows.find(({ path }) => path === "c/middle") as FileRow;
    damage(row, (row.extents[0]?.offset as number) + 5000);
    await expect(fetch([row])).rejects.toMatchObject({
      code: "DIGEST_MISMATCH",
      message: expect.stringContaining("damaged"),
      context: { digest: row.extents[0]?.blob.digest },
    });
    expect(reads()).toHaveLength(2);
    expect(sink.files.size).toBe(0);
  });

  it("in a member that cannot be decoded are the same case", async () => {
    const rows = await storePack(driver, mixed);
    const row = rows.find(({ path }) => path === "a/one") as FileRow;
    damage(row, row.extents[0]?.offset as number);
    await expect(fetch([row])).rejects.toMatchObject({ message: expect.stringContaining("damaged") });
    expect(reads()).toHaveLength(2);
  });

  it.each(["a/one", "c/middle", "c/large"])("of %s in a blob that is whole blame the index", async (path) => {
    const rows = await storePack(driver, mixed);
    const row = rows.find((one) => one.path === path) as FileRow;
    const lie: FileRow = { ...row, digest: nodeHasher.digest(noise(10)) };
    await expect(fetch([lie])).rejects.toMatchObject({
      code: "DIGEST_MISMATCH",
      message: expect.stringContaining(path),
      why: expect.stringContaining("the index of the bundle is wrong"),
      context: { path },
    });
  });

  it("of a file in several pieces blame the piece, or the index", async () => {
    const parts = [noise(1000, 10), noise(2000, 11)];
    const blobs = await Promise.all(parts.map((part) => storeBlob(driver, part)));
    const row: FileRow = {
      path: "parts" as BundlePath,
      kind: "file",
      digest: nodeHasher.digest(Buffer.concat(parts)),
      size: 2500,
      extents: [
        { blob: blobs[0] as never, offset: 0, length: 1000 },
        { blob: blobs[1] as never, offset: 500, length: 1500 },
      ],
    };
    await expect(fetch([row])).rejects.toMatchObject({ why: expect.stringContaining("the index") });
    const right = {
      ...row,
      digest: nodeHasher.digest(
        Buffer.concat([parts[0] as Uint8Array, (parts[1] as Uint8Array).subarray(500)]),
      ),
    };
    damage(right, 1700, 1);
    await expect(fetch([right])).rejects.toMatchObject({ message: expect.stringContaining("damaged") });
  });

  it("that came wrong once, in a range, are got over", async () => {
    const rows = await storePack(driver, mixed);
    let faults = 1;
    const flaky: BlobDriver = {
      ...driver,
      read: async function* (locator, options) {
        for await (const chunk of driver.read(locator, options)) {
          const copy = Uint8Array.from(chunk);
          if (faults-- > 0) copy[copy.length - 1] = (copy.at(-1) as number) ^ 1;
          yield copy;
        }
      },
    };
    store = createBlobStore(flaky, { hasher: nodeHasher });
    const wanted = ["a/one", "a/two", "c/middle"];
    const result = await fetch(rows.filter((row) => wanted.includes(row.path)));
    expectFiles(mixed.filter((file) => wanted.includes(file.path)));
    expect(result.files).toBe(3);
  });

  it("in a blob that was fetched whole are asked for once more, and then refused", async () => {
    const row = await storeWhole(driver, { path: "whole", bytes: noise(300_000) });
    damage(row, 1000);
    await expect(fetch([row])).rejects.toMatchObject({ message: expect.stringContaining("damaged") });
    expect(reads()).toHaveLength(2);
  });
});

describe("what cannot be fetched", () => {
  it("is named all at once, each blob once, and all else is fetched", async () => {
    const gone = await storePack(driver, mixed);
    const other = await storeWhole(driver, { path: "gone", bytes: noise(1000, 20) });
    const kept = await storeWhole(driver, { path: "kept", bytes: noise(1000, 21) });
    for (const row of [gone[0] as FileRow, other])
      remote.content.blobs.delete(driver.locate(row.extents[0]?.blob.digest as never) as BlobLocator);
    // Two ranges of one blob that is gone are one blob.
    const rows = [...gone.filter((row) => ["b", "e"].includes(row.path)), other, kept];
    const [pack, whole] = [gone[0]?.extents[0]?.blob.digest, other.digest];
    await expect(fetch(rows)).rejects.toMatchObject({
      code: "BLOB_MISSING",
      message: "2 blobs of the bundle are missing",
      context: { blobs: expect.arrayContaining([pack, whole]) },
    });
    expectFiles([{ path: "kept", bytes: noise(1000, 21) }]);
    await expect(fetch([other])).rejects.toMatchObject({ code: "BLOB_MISSING", context: { digest: whole } });
  });

  it("is a file of a form that is not known, and no other", async () => {
    const kept = await storeWhole(driver, { path: "kept", bytes: noise(1000, 21) });
    const strange: FileRow = { ...kept, path: "strange" as BundlePath, extents: [], unknownExtents: true };
    await expect(fetch([strange, kept])).rejects.toMatchObject({
      code: "UNSUPPORTED",
      context: { path: "strange" },
    });
    expectFiles([{ path: "kept", bytes: noise(1000, 21) }]);
    sink.files.clear();
    const stranger = { ...strange, path: "stranger" as BundlePath };
    await expect(fetch([strange, stranger])).rejects.toMatchObject({
      message: expect.stringContaining("2 files"),
    });
  });

  it("stops everything else when it is no matter of one blob", async () => {
    const rows = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        storeWhole(driver, { path: `f${index}`, bytes: noise(50_000, index) }),
      ),
    );
    const full = Object.assign(new Error("disk full"), { code: "ENOSPC" });
    let writes = 0;
    let stopped = 0;
    const failing = {
      write: async (_row: FileRow, content: unknown, options?: { signal?: AbortSignal | undefined }) => {
        if (++writes === 3) throw full;
        options?.signal?.addEventListener("abort", () => stopped++);
        for await (const chunk of content as AsyncIterable<Uint8Array>) void chunk;
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
    const fetching = fetchFiles(
      rows,
      { storeOf: async () => store, sink: failing as never },
      { concurrency: 4 },
    );
    await expect(fetching).rejects.toBe(full);
    expect(writes).toBeLessThan(12);
    expect(stopped).toBeGreaterThan(0);
  });

  it("is anything after an abort: INTERRUPTED", async () => {
    const rows = await storePack(driver, small);
    await expect(fetch(rows, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(reads()).toEqual([]);
    const stop = new AbortController();
    const large = await storeWhole(driver, { path: "large", bytes: noise(5 * MiB) });
    const fetching = fetch([large], { signal: stop.signal, onBytes: (bytes) => bytes > MiB && stop.abort() });
    await expect(fetching).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(sink.files.size).toBe(0);
  });

  it("is a store that cannot be opened", async () => {
    const rows = await storePack(driver, small);
    const refused = new Error("not trusted");
    const fetching = fetchFiles(rows, { storeOf: () => Promise.reject(refused), sink });
    await expect(fetching).rejects.toBe(refused);
  });
});
