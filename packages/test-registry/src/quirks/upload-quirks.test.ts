import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
} from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";

const content = Buffer.from("0123456789");
const digest = digestOf(content);
let registry: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
});
afterEach(() => registry.close());

const mount = (query: string) =>
  call(registry, `/v2/${repository}/blobs/uploads/?mount=${digest}${query}`, { method: "POST" });

describe("mount quirks", () => {
  it.each([
    ["declined", 202],
    ["denied", 401],
  ] as const)("%s", async (quirk, status) => {
    registry.store.putBlob("acme/source", content);
    registry.setQuirks({ mount: quirk });
    expect((await mount("&from=acme/source")).status).toBe(status);
    expect(registry.store.blob(repository, digest)).toBeUndefined();
  });

  it("from anywhere", async () => {
    registry.store.putBlob("acme/source", content);
    registry.setQuirks({ mountFromAnywhere: true });
    expect((await mount("")).status).toBe(201);
  });
});

describe("session quirks", () => {
  it.each([
    ["not-found", 404],
    ["bad-request", 400],
  ] as const)("status %s", async (sessionStatus, status) => {
    registry.setQuirks({ sessionStatus });
    const url = await openUpload(registry);
    expect((await call(registry, url.href)).status).toBe(status);
    expect((await closeUpload(registry, url, digest, content)).status).toBe(201);
  });

  it("cancel refused", async () => {
    registry.setQuirks({ sessionCancelRefused: true });
    const url = await openUpload(registry);
    expect((await call(registry, url.href, { method: "DELETE" })).status).toBe(404);
    expect(registry.store.uploads()).toHaveLength(1);
  });

  it.each([
    [false, 204, "0-3"],
    [true, 404, null],
  ])("dropped after a cut: %s", async (sessionDroppedAfterCut, status, range) => {
    registry.setQuirks({ sessionDroppedAfterCut });
    registry.addFault({ method: "PATCH", action: { kind: "reset-upload", afterBytes: 4 } });
    const url = await openUpload(registry);
    await expect(patch(registry, url, content)).rejects.toThrow();
    const response = await call(registry, url.href);
    expect([response.status, response.headers.get("range")]).toEqual([status, range]);
  });

  it("unknown session accepted", async () => {
    registry.setQuirks({ unknownSessionAccepted: true });
    const url = new URL(`${registry.url}/v2/${repository}/blobs/uploads/never-opened`);
    expect((await patch(registry, url, content)).status).toBe(202);
    expect((await closeUpload(registry, url, digest)).status).toBe(201);
  });

  it("the same chunk twice is appended twice", async () => {
    registry.setQuirks({ contentRangeIgnored: true });
    const url = await openUpload(registry);
    await patch(registry, url, content, "0-9");
    const again = await patch(registry, url, content, "0-9");
    expect([again.status, again.headers.get("range")]).toEqual([202, "0-19"]);
  });
});

describe("chunk quirks", () => {
  it("chunked upload refused, one PUT taken", async () => {
    registry.setQuirks({ chunkedUploadRefused: true });
    expect((await patch(registry, await openUpload(registry), content)).status).toBe(405);
    expect((await pushBlob(registry, content)).status).toBe(201);
  });

  it("closing after chunks refused", async () => {
    registry.setQuirks({ closingAfterChunksRefused: true });
    const url = await openUpload(registry);
    await patch(registry, url, content);
    expect((await closeUpload(registry, url, digest)).status).toBe(400);
    expect((await pushBlob(registry, content)).status).toBe(201);
  });

  it("PATCH above a limit is 416, with and without a declared length", async () => {
    registry.setQuirks({ patchLimitBytes: 4 });
    const url = await openUpload(registry);
    expect((await patch(registry, url, content.subarray(0, 4))).status).toBe(202);
    expect((await patch(registry, url, content.subarray(4))).status).toBe(416);
    const body = new Blob([new Uint8Array(content)]).stream();
    const init = { method: "PATCH", body, duplex: "half" } as RequestInit;
    const streamed = await call(registry, url.href, init);
    expect([streamed.status, streamed.headers.get("range")]).toEqual([416, "0-3"]);
  });

  it("PATCH answers 201", async () => {
    registry.setQuirks({ patchAnswersCreated: true });
    expect((await patch(registry, await openUpload(registry), content)).status).toBe(201);
  });

  it("a minimum that is told, and refused after a shorter chunk", async () => {
    registry.setQuirks({ chunkMinBytes: 4 });
    const opened = await call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
    expect(opened.headers.get("oci-chunk-min-length")).toBe("4");
    const url = locationOf(registry, opened);
    expect((await patch(registry, url, content.subarray(0, 8))).status).toBe(202);
    expect((await patch(registry, url, content.subarray(8))).status).toBe(202);
    expect((await patch(registry, url, content)).status).toBe(400);
    expect((await closeUpload(registry, url, digest)).status).toBe(201);
  });

  it("a maximum that is told, and refused above", async () => {
    registry.setQuirks({ chunkMaxBytes: 6 });
    const opened = await call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
    expect(opened.headers.get("oci-chunk-max-length")).toBe("6");
    const url = locationOf(registry, opened);
    expect((await patch(registry, url, content)).status).toBe(413);
    expect((await patch(registry, url, content.subarray(0, 6))).status).toBe(202);
  });

  it("only the last chunk kept, and success reported", async () => {
    registry.setQuirks({ onlyLastChunkKept: true });
    const url = await openUpload(registry);
    await patch(registry, url, content.subarray(0, 6), "0-5");
    await patch(registry, url, content.subarray(6), "6-9");
    expect((await closeUpload(registry, url, digest)).status).toBe(201);
    expect((await call(registry, blobPath(digest), { method: "HEAD" })).headers.get("content-length")).toBe(
      "4",
    );
    expect((await bodyOf(await call(registry, blobPath(digest)))).toString()).toBe("6789");
    await pushBlob(registry, content);
    expect(await registry.store.readBlob(repository, digest)).toEqual(content);
  });
});

describe("size quirks", () => {
  it("blobs above a limit are 413, over several chunks too", async () => {
    registry.setQuirks({ maxBlobBytes: 9 });
    expect((await pushBlob(registry, content)).status).toBe(413);
    const url = await openUpload(registry);
    expect((await patch(registry, url, content.subarray(0, 6))).status).toBe(202);
    expect((await patch(registry, url, content.subarray(6))).status).toBe(413);
  });

  it("request bodies above a limit are 413, declared or not", async () => {
    registry.setQuirks({ maxRequestBytes: 9 });
    const url = await openUpload(registry);
    expect((await patch(registry, url, content)).status).toBe(413);
    const body = new Blob([new Uint8Array(content)]).stream();
    const init = { method: "PATCH", body, duplex: "half" } as RequestInit;
    expect((await call(registry, url.href, init)).status).toBe(413);
    expect(registry.store.uploads()).toMatchObject([{ size: 0 }]);
  });
});

describe("other upload quirks", () => {
  it("single POST downgraded to a session", async () => {
    registry.setQuirks({ singlePostDowngraded: true });
    const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    const response = await call(registry, path, { method: "POST", body: content });
    expect(response.status).toBe(202);
    const closed = await closeUpload(registry, locationOf(registry, response), digest, content);
    expect(closed.status).toBe(201);
  });

  it("closing PUT without Location", async () => {
    registry.setQuirks({ closingWithoutLocation: true });
    expect((await pushBlob(registry, content)).headers.get("location")).toBeNull();
  });

  it("digest unchecked", async () => {
    registry.setQuirks({ digestUnchecked: true });
    const other = digestOf(Buffer.from("other"));
    expect((await closeUpload(registry, await openUpload(registry), other, content)).status).toBe(201);
    expect(await registry.store.readBlob(repository, other)).toEqual(content);
  });

  it.each([
    ["relative", /^\/v2\//],
    ["absolute", /^http:\/\/127\.0\.0\.1:\d+\/v2\//],
    ["prefixed", /^\/prefix\/v2\//],
    ["other-host", /^http:\/\/127\.0\.0\.1:\d+\/v2\//],
  ] as const)("location %s leads to the session", async (location, form) => {
    registry.setQuirks({ location });
    const opened = await call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
    expect(opened.headers.get("location")).toMatch(form);
    const url = locationOf(registry, opened);
    expect(url.origin === registry.secondUrl).toBe(location === "other-host");
    expect((await closeUpload(registry, url, digest, content)).status).toBe(201);
  });

  it("a state that changes: older locations are refused", async () => {
    registry.setQuirks({ locationState: true });
    const url = await openUpload(registry);
    const chunk = await patch(registry, url, content.subarray(0, 6));
    const next = locationOf(registry, chunk);
    expect(next.search).not.toBe(url.search);
    expect((await patch(registry, url, content.subarray(6))).status).toBe(404);
    expect((await patch(registry, next, content.subarray(6))).status).toBe(202);
  });

  it("too many uploads at one time are 403", async () => {
    registry.setQuirks({ maxParallelUploads: 1 });
    const url = await openUpload(registry);
    let release: (() => void) | undefined;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(content));
        release = () => controller.close();
      },
    });
    const running = call(registry, url.href, { method: "PATCH", body, duplex: "half" } as RequestInit);
    await expect.poll(() => registry.store.uploads()[0]?.size).toBe(10);
    const refused = await call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
    expect([refused.status, await errorCode(refused)]).toEqual([403, "DENIED"]);
    release?.();
    expect((await running).status).toBe(202);
    expect((await closeUpload(registry, url, digest)).status).toBe(201);
  });
});
