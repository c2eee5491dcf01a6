import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  blobPath,
  bodyOf,
  call,
  closeUpload,
  manifestPath,
  openUpload,
  patch,
  pushBlob,
  repository,
} from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";

const content = Buffer.from("0123456789");
const digest = digestOf(content);

describe("the store in a test's hands", () => {
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await startTestRegistry();
  });
  afterEach(() => registry.close());

  it("puts, replaces, spoils and deletes blobs", async () => {
    const { store } = registry;
    expect(store.putBlob(repository, content)).toBe(digest);
    expect(store.blobs(repository)).toEqual([digest]);
    await store.corruptBlob(repository, digest, 3);
    expect(await (await call(registry, blobPath(digest))).text()).toBe("0122456789");
    store.replaceBlob(repository, digest, Buffer.from("short"));
    expect(await (await call(registry, blobPath(digest))).text()).toBe("short");
    await expect(store.corruptBlob(repository, digest, 5)).rejects.toThrow(RangeError);
    expect([store.deleteBlob(repository, digest), store.deleteBlob(repository, digest)]).toEqual([
      true,
      false,
    ]);
    expect(await store.readBlob(repository, digest)).toBeUndefined();
  });

  it("spoils a blob in one repository only, and leaves the test's own bytes alone", async () => {
    const { store } = registry;
    store.putBlob("acme/a", content);
    const path = `/v2/acme/b/blobs/uploads/?mount=${digest}&from=acme/a`;
    await call(registry, path, { method: "POST" });
    await store.corruptBlob("acme/a", digest);
    expect((await store.readBlob("acme/b", digest))?.toString()).toBe("0123456789");
    expect(content.toString()).toBe("0123456789");
  });

  it("puts manifests and moves tags, to nowhere if need be", async () => {
    const { store } = registry;
    const bytes = Buffer.from("not even a manifest");
    const put = store.putManifest(repository, bytes, { mediaType: "text/plain", tag: "odd" });
    expect(put).toBe(digestOf(bytes));
    const response = await call(registry, manifestPath("odd"));
    expect([response.headers.get("content-type"), await response.text()]).toEqual([
      "text/plain",
      bytes.toString(),
    ]);
    store.setTag(repository, "dangling", digest);
    expect((await call(registry, manifestPath("dangling"))).status).toBe(404);
    expect(store.tags(repository)).toEqual(["odd", "dangling"]);
    expect([store.deleteTag(repository, "odd"), store.deleteTag(repository, "odd")]).toEqual([true, false]);
    expect(store.deleteManifest(repository, put)).toBe(true);
    expect(store.manifests(repository)).toEqual([]);
  });

  it("lists and drops uploads, and removes whole repositories", async () => {
    const { store } = registry;
    const url = await openUpload(registry);
    await patch(registry, url, content);
    expect(store.uploads()).toMatchObject([{ repository, size: 10 }]);
    await store.dropUploads();
    expect((await call(registry, url.href)).status).toBe(404);
    store.putBlob("acme/b", content);
    expect(store.repositories()).toEqual(["acme/b"]);
    expect(store.deleteRepository("acme/b")).toBe(true);
    expect((await call(registry, blobPath(digest, "acme/b"))).status).toBe(404);
  });
});

describe("blobs on disk", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "bale-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const files = async () => {
    const [inner = ""] = await readdir(directory);
    return readdir(join(directory, inner));
  };
  const large = Buffer.alloc(3 * 1024 * 1024 + 7, "large");

  it("holds large blobs there and small ones in memory, and removes all when it closes", async () => {
    const registry = await startTestRegistry({ directory, spillBytes: 1024 });
    await pushBlob(registry, content);
    expect(await files()).toEqual([]);
    expect((await pushBlob(registry, large)).status).toBe(201);
    expect(await files()).toHaveLength(1);
    expect(large.equals(await bodyOf(await call(registry, blobPath(digestOf(large)))))).toBe(true);
    const headers = { range: "bytes=2000000-2000009" };
    const part = await call(registry, blobPath(digestOf(large)), { headers });
    expect(await bodyOf(part)).toEqual(large.subarray(2_000_000, 2_000_010));
    await registry.close();
    expect(await readdir(directory)).toEqual([]);
    await registry.close();
  });

  it("goes back behind a refused chunk, and gives up cancelled uploads", async () => {
    await using registry = await startTestRegistry({ directory, spillBytes: 16 });
    const url = await openUpload(registry);
    await patch(registry, url, large.subarray(0, 100), "0-99");
    expect((await patch(registry, url, large, "100-200")).status).toBe(400);
    expect((await patch(registry, url, large.subarray(100), `100-${large.length - 1}`)).status).toBe(202);
    expect((await closeUpload(registry, url, digestOf(large))).status).toBe(201);
    const stored = await registry.store.readBlob(repository, digestOf(large));
    expect(stored?.equals(large)).toBe(true);
    const other = await openUpload(registry);
    await patch(registry, other, large);
    expect(await files()).toHaveLength(2);
    await call(registry, other.href, { method: "DELETE" });
    expect(await files()).toHaveLength(1);
  });
});
