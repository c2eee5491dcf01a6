import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BlobDriver, digestHex } from "@bale/spec";
import { type BlobStore, bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fsDriver } from "../src/driver.js";

const bytes = Buffer.from("the content of a model\n".repeat(100));
const digest = nodeHasher.digest(bytes);
const hex = digestHex(digest);
const blob = { digest, size: bytes.length };

let folder: string;
let root: string;
let driver: BlobDriver;
let store: BlobStore;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bale-fs-"));
  root = join(folder, "store");
  driver = fsDriver({ type: "fs", path: root, prefix: "acme/models" });
  store = createBlobStore(driver, { hasher: nodeHasher, name: "share" });
  file = join(root, "acme/models/sha256", hex.slice(0, 2), hex.slice(2, 4), hex);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}
async function readAll(): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of driver.read(driver.locate(digest))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("a blob", () => {
  it("lies at prefix, algorithm, two pairs and the digest, as its locator says", async () => {
    expect(driver.locate(digest)).toBe(`fs:${file}`);
    expect(await store.put(blob, bytesSource(bytes))).toBe("created");
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect(await filesBelow(root)).toEqual([hex]);
  });

  it.skipIf(process.platform === "win32")(
    "can be read by all and changed by its owner; folders follow the umask",
    async () => {
      await store.put(blob, bytesSource(bytes));
      const mask = process.umask();
      expect((await stat(file)).mode & 0o777).toBe(0o644 & ~mask);
      expect((await stat(dirname(file))).mode & 0o777).toBe(0o777 & ~mask);
    },
  );

  it("whose size differs is a conflict, and stays as it is", async () => {
    await store.put(blob, bytesSource(bytes));
    await truncate(file, 10);
    await expect(store.put(blob, bytesSource(bytes))).rejects.toMatchObject({
      code: "STORE_CONFLICT",
      context: { store: "share" },
    });
    expect((await stat(file)).size).toBe(10);
  });

  it("that appeared while another was being written is kept", async () => {
    const slow = {
      size: bytes.length,
      open: async function* () {
        await store.put(blob, bytesSource(bytes));
        yield bytes;
      },
    };
    expect(await driver.write(driver.locate(digest), slow, { digest })).toBe("existed");
    expect(await filesBelow(root)).toEqual([hex]);
  });

  it("leaves no temporary file when its source fails", async () => {
    const failing = {
      size: bytes.length,
      open: async function* () {
        yield bytes.subarray(0, 100);
        throw new Error("the source failed on purpose");
      },
    };
    await expect(driver.write(driver.locate(digest), failing, { digest })).rejects.toThrow("on purpose");
    expect(await filesBelow(root)).toEqual([]);
  });

  it("of another store's locator is refused", async () => {
    const other = fsDriver({ type: "fs", path: root });
    await expect(driver.stat(other.locate(digest))).rejects.toMatchObject({ code: "INTERNAL" });
    await expect(driver.stat(`fs:${folder}/../${hex}` as never)).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it.runIf(process.platform === "linux")("holds no handle after reads that were broken off", async () => {
    const large = new Uint8Array(3_000_000).fill(7);
    const target = driver.locate(nodeHasher.digest(large));
    await driver.write(target, bytesSource(large), { digest: nodeHasher.digest(large) });
    for (let round = 0; round < 20; round++)
      for await (const chunk of driver.read(target)) if (chunk.length > 0) break;
    const handles = await Promise.all(
      (await readdir("/proc/self/fd")).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")),
    );
    expect(handles.filter((path) => path.startsWith(root))).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("a link inside the store", () => {
  const outside = () => join(folder, "outside");

  it("in place of a folder is refused by every call", async () => {
    await mkdir(join(outside(), hex.slice(0, 2), hex.slice(2, 4)), { recursive: true });
    await writeFile(join(outside(), hex.slice(0, 2), hex.slice(2, 4), hex), bytes);
    await mkdir(join(root, "acme/models"), { recursive: true });
    await symlink(outside(), join(root, "acme/models/sha256"));
    const locator = driver.locate(digest);
    const attempts = [
      driver.stat(locator),
      readAll(),
      driver.write(locator, bytesSource(bytes), { digest }),
      driver.deletion?.delete(locator),
      driver.listing?.list()[Symbol.asyncIterator]().next(),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt.status).toBe("rejected");
      if (attempt.status === "rejected") expect(driver.classify(attempt.reason)).toEqual({ kind: "unsafe" });
    }
    expect(await filesBelow(outside())).toEqual([hex]);
  });

  it("in place of a blob is not followed, and not replaced", async () => {
    await store.put(blob, bytesSource(bytes));
    await writeFile(outside(), bytes);
    await rm(file);
    await symlink(outside(), file);
    await expect(readAll()).rejects.toSatisfy((error) => driver.classify(error)?.kind === "unsafe");
    await expect(store.put(blob, bytesSource(bytes))).rejects.toMatchObject({ code: "STORE_CONFLICT" });
    expect(await readlink(file)).toBe(outside());
    const listed: unknown[] = [];
    for await (const item of driver.listing?.list() ?? []) listed.push(item);
    expect(listed).toEqual([]);
  });

  it("that is the store's own directory is followed: the user chose it", async () => {
    await mkdir(outside());
    await symlink(outside(), root);
    await store.put(blob, bytesSource(bytes));
    expect((await readAll()).equals(bytes)).toBe(true);
    expect(await filesBelow(outside())).toEqual([hex]);
  });

  it("or a pipe in place of a blob does not block a reader", async () => {
    await mkdir(dirname(file), { recursive: true });
    execFileSync("mkfifo", [file]);
    await expect(readAll()).rejects.toThrow("not a regular file");
    await expect(store.has(blob)).rejects.toMatchObject({ code: "STORE_CONFLICT" });
  });
});

describe("a failure of the file system", () => {
  it("is EXTERNAL_MISSING for a blob that is not there, and names its path", async () => {
    await expect(store.get(blob)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "EXTERNAL_MISSING",
      why: expect.stringContaining(file),
    });
  });

  it.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "is STORE_DENIED without permission to write",
    async () => {
      await mkdir(root, { mode: 0o555 });
      await expect(store.put(blob, bytesSource(bytes))).rejects.toMatchObject({ code: "STORE_DENIED" });
    },
  );

  it("is a conflict when a file is in place of a folder", async () => {
    await mkdir(root);
    await writeFile(join(root, "acme"), "a file");
    await expect(store.put(blob, bytesSource(bytes))).rejects.toMatchObject({ code: "STORE_CONFLICT" });
  });
});

it("lists only blobs, in the order of their digests", async () => {
  await store.put(blob, bytesSource(bytes));
  await writeFile(join(dirname(file), `.${hex}.x.tmp`), "unfinished");
  await writeFile(join(dirname(file), "f".repeat(64)), "in the wrong folder");
  await writeFile(join(root, "acme/models/sha256/README"), "not ours");
  const more = Array.from({ length: 30 }, (_, index) => Buffer.from(`blob ${index}`));
  for (const content of more)
    await store.put({ digest: nodeHasher.digest(content), size: content.length }, bytesSource(content));
  const listed: string[] = [];
  for await (const item of driver.listing?.list() ?? []) listed.push(item.digest);
  expect(listed).toEqual([digest, ...more.map((content) => nodeHasher.digest(content))].sort());
});

describe("an unfinished file", () => {
  const uploads = () => {
    if (!driver.uploads) throw new Error("no uploads");
    return driver.uploads;
  };
  const listed = async (startedBefore?: Date): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { id } of uploads().list({ startedBefore })) ids.push(id);
    return ids;
  };
  const id = "01234567-89ab-cdef-0123-456789abcdef";
  const left = () => join(dirname(file), `.${hex}.${id}.tmp`);
  const old = new Date("2026-01-02T03:04:05Z");
  beforeEach(async () => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(left(), "part");
    await utimes(left(), old, old);
  });

  it("of a writer that was killed is listed with the blob that it was to be, and nothing else is", async () => {
    await store.put(blob, bytesSource(bytes));
    const elsewhere = `.${"f".repeat(64)}.${id}.tmp`;
    for (const name of [".tmp", `.${hex}.x.tmp`, `${hex}.tmp`, elsewhere, `.${hex}.${id}.tmp.bak`])
      await writeFile(join(dirname(file), name), "not ours");
    const found: unknown[] = [];
    for await (const upload of uploads().list()) found.push(upload);
    expect(found).toEqual([{ locator: driver.locate(digest), digest, id, startedAt: old }]);
    expect(await listed(new Date(old.getTime() + 1))).toEqual([id]);
    expect(await listed(old)).toEqual([]);
  });

  it("is removed when it is given up, also twice, and no other file by any name", async () => {
    const locator = driver.locate(digest);
    await store.put(blob, bytesSource(bytes));
    for (const name of ["../../../x", "", `${id}.tmp`, "*"]) {
      const error = await uploads()
        .abort({ locator, id: name })
        .catch((caught: unknown) => caught);
      expect(driver.classify(error)).toEqual({ kind: "invalid-input" });
    }
    await uploads().abort({ locator, id });
    await uploads().abort({ locator, id });
    expect(await filesBelow(root)).toEqual([hex]);
  });

  it("that is removed under its writer makes the writer try again, and leaves nothing", async () => {
    const slow = {
      size: bytes.length,
      open: async function* () {
        yield bytes;
        for (const other of await listed())
          await uploads().abort({ locator: driver.locate(digest), id: other });
      },
    };
    const error = await store.put(blob, slow).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "STORE_BUSY", retry: { kind: "safe" } });
    expect(await filesBelow(root)).toEqual([]);
    expect(await store.put(blob, bytesSource(bytes))).toBe("created");
  });
});
