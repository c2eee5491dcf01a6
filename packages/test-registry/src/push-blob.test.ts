import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  blobPath,
  bodyOf,
  call,
  closeUpload,
  errorCode,
  locationOf,
  openUpload,
  patch,
  pushBlob,
  repository,
} from "./client.testing.js";
import { digestOf } from "./digest.js";
import { startTestRegistry, type TestRegistry } from "./test-registry.js";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

const content = Buffer.from("0123456789");
const first = content.subarray(0, 6);
const second = content.subarray(6);

describe("pushing blobs", () => {
  it("takes POST, then PUT", async () => {
    const response = await pushBlob(registry, content);
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(blobPath(digestOf(content)));
    expect(response.headers.get("docker-content-digest")).toBe(digestOf(content));
    expect(await registry.store.readBlob(repository, digestOf(content))).toEqual(content);
    expect(registry.store.uploads()).toEqual([]);
  });

  it("takes a whole blob with the POST, an empty one too", async () => {
    for (const bytes of [Buffer.from("single"), Buffer.alloc(0)]) {
      const path = `/v2/acme/single/blobs/uploads/?digest=${digestOf(bytes)}`;
      expect((await call(registry, path, { method: "POST", body: bytes })).status).toBe(201);
      expect(await registry.store.readBlob("acme/single", digestOf(bytes))).toEqual(bytes);
    }
  });

  it("takes chunks in order and tells how far it is", async () => {
    const begun = await openUpload(registry);
    const afterFirst = await patch(registry, begun, first, "0-5");
    expect([afterFirst.status, afterFirst.headers.get("range")]).toEqual([202, "0-5"]);
    const status = await call(registry, locationOf(registry, afterFirst).href);
    expect([status.status, status.headers.get("range")]).toEqual([204, "0-5"]);
    const afterSecond = await patch(registry, locationOf(registry, status), second, "6-9");
    expect(afterSecond.headers.get("range")).toBe("0-9");
    const closed = await closeUpload(registry, locationOf(registry, afterSecond), digestOf(content));
    expect(closed.status).toBe(201);
  });

  it("takes a stream without length, and a last chunk with the PUT", async () => {
    const url = await openUpload(registry);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(first.subarray(0, 2)));
        controller.enqueue(new Uint8Array(first.subarray(2)));
        controller.close();
      },
    });
    const init = { method: "PATCH", body: stream, duplex: "half" } as RequestInit;
    const streamed = await call(registry, url.href, init);
    expect([streamed.status, streamed.headers.get("range")]).toEqual([202, "0-5"]);
    const closed = await closeUpload(registry, locationOf(registry, streamed), digestOf(content), second);
    expect(closed.status).toBe(201);
  });

  it("refuses a chunk out of order or twice, and says where to go on", async () => {
    const url = await openUpload(registry);
    await patch(registry, url, first, "0-5");
    const again = await patch(registry, url, first, "0-5");
    expect([again.status, again.headers.get("range")]).toEqual([416, "0-5"]);
    expect((await patch(registry, url, second, "7-10")).status).toBe(416);
    expect((await patch(registry, url, second, "bytes 6-9/10")).status).toBe(416);
  });

  it("refuses a chunk whose length differs from its range and forgets it", async () => {
    const url = await openUpload(registry);
    const response = await patch(registry, url, first, "0-8");
    expect([response.status, await errorCode(response)]).toEqual([400, "SIZE_INVALID"]);
    await patch(registry, url, content, "0-9");
    expect((await closeUpload(registry, url, digestOf(content))).status).toBe(201);
  });

  it("refuses another digest than that of the bytes", async () => {
    const url = await openUpload(registry);
    const wrong = digestOf(Buffer.from("wrong"));
    const response = await closeUpload(registry, url, wrong, content);
    expect([response.status, await errorCode(response)]).toEqual([400, "DIGEST_INVALID"]);
    expect(registry.store.blob(repository, wrong)).toBeUndefined();
    expect((await closeUpload(registry, await openUpload(registry), "sha256:1")).status).toBe(400);
  });

  it("takes sha512 and refuses a wrong one", async () => {
    const digest = digestOf(content, "sha512");
    expect((await closeUpload(registry, await openUpload(registry), digest, content)).status).toBe(201);
    expect(await bodyOf(await call(registry, blobPath(digest)))).toEqual(content);
    expect((await closeUpload(registry, await openUpload(registry), digest, first)).status).toBe(400);
  });

  it("forgets a cancelled session", async () => {
    const url = await openUpload(registry);
    expect((await call(registry, url.href, { method: "DELETE" })).status).toBe(204);
    const status = await call(registry, url.href);
    expect([status.status, await errorCode(status)]).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
    expect((await patch(registry, url, first)).status).toBe(404);
  });

  it("mounts from another repository, and opens a session when it cannot", async () => {
    const digest = registry.store.putBlob("acme/source", Buffer.from("mounted"));
    const mount = (query: string) =>
      call(registry, `/v2/acme/target/blobs/uploads/?mount=${query}`, { method: "POST" });
    expect((await mount(`${digest}&from=acme/absent`)).status).toBe(202);
    expect((await mount(digest)).status).toBe(202);
    expect((await mount(`${digest}&from=acme/source`)).status).toBe(201);
    expect((await registry.store.readBlob("acme/target", digest))?.toString()).toBe("mounted");
  });

  it("deletes a blob once", async () => {
    const digest = registry.store.putBlob(repository, Buffer.from("short-lived"));
    expect((await call(registry, blobPath(digest), { method: "DELETE" })).status).toBe(202);
    expect((await call(registry, blobPath(digest), { method: "DELETE" })).status).toBe(404);
  });
});
