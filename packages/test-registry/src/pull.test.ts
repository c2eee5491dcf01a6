import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  blobPath,
  bodyOf,
  call,
  errorCode,
  manifestBytes,
  manifestPath,
  manifestType,
  putManifest,
  repository,
} from "./client.testing.js";
import { digestOf } from "./digest.js";
import { startTestRegistry, type TestRegistry } from "./test-registry.js";

const content = Buffer.from("0123456789");
const digest = digestOf(content);
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startTestRegistry();
  registry.store.putBlob(repository, content);
});
afterAll(() => registry.close());

const getBlob = (headers: Record<string, string> = {}, method = "GET") =>
  call(registry, blobPath(digest), { method, headers });

describe("pulling blobs", () => {
  it("answers the ping", async () => {
    const response = await call(registry, "/v2/");
    expect([response.status, await response.text()]).toEqual([200, "{}"]);
  });

  it("gives a blob with its digest, length and type", async () => {
    const response = await getBlob();
    expect(response.status).toBe(200);
    expect(response.headers.get("docker-content-digest")).toBe(digest);
    expect(response.headers.get("content-length")).toBe("10");
    expect(await bodyOf(response)).toEqual(content);
  });

  it("tells a blob's size to HEAD without sending it", async () => {
    const response = await getBlob({}, "HEAD");
    expect([response.status, response.headers.get("content-length")]).toEqual([200, "10"]);
    expect(registry.log.at(-1)?.responseBytes).toBe(0);
  });

  it.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=5-99", "56789", "bytes 5-9/10"],
  ])("honours %s", async (range, text, contentRange) => {
    const response = await getBlob({ range });
    expect([response.status, response.headers.get("content-range")]).toEqual([206, contentRange]);
    expect((await bodyOf(response)).toString()).toBe(text);
    expect(registry.log.at(-1)?.range).toBe(range);
  });

  it("refuses a range past the end with the size", async () => {
    const response = await getBlob({ range: "bytes=10-" });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  });

  it("answers 304 to a known entity tag, and the whole blob when If-Range names another", async () => {
    const etag = (await getBlob()).headers.get("etag") ?? "";
    expect((await getBlob({ "if-none-match": etag })).status).toBe(304);
    expect((await getBlob({ range: "bytes=2-4", "if-range": etag })).status).toBe(206);
    expect((await getBlob({ range: "bytes=2-4", "if-range": '"other"' })).status).toBe(200);
  });

  it("says BLOB_UNKNOWN, DIGEST_INVALID and NAME_INVALID", async () => {
    const absent = await call(registry, blobPath(digestOf(Buffer.from("absent"))));
    expect([absent.status, await errorCode(absent)]).toEqual([404, "BLOB_UNKNOWN"]);
    const malformed = await call(registry, blobPath("sha256:abc"));
    expect([malformed.status, await errorCode(malformed)]).toEqual([400, "DIGEST_INVALID"]);
    const name = await call(registry, blobPath(digest, "Acme"));
    expect([name.status, await errorCode(name)]).toEqual([400, "NAME_INVALID"]);
  });
});

describe("pulling manifests", () => {
  it("gives back the very bytes, odd white space included, by tag and by digest", async () => {
    const bytes = Buffer.from(` ${manifestBytes(registry).toString().replaceAll(",", " ,\n")}\n`);
    expect((await putManifest(registry, "odd", bytes)).status).toBe(201);
    for (const reference of ["odd", digestOf(bytes)]) {
      const response = await call(registry, manifestPath(reference), { headers: { accept: manifestType } });
      expect(await bodyOf(response)).toEqual(bytes);
      expect(response.headers.get("content-type")).toBe(manifestType);
      expect(response.headers.get("docker-content-digest")).toBe(digestOf(bytes));
    }
  });

  it("is 404 when Accept names other types only", async () => {
    await putManifest(registry, "v1", manifestBytes(registry));
    const status = async (accept: string) =>
      (await call(registry, manifestPath("v1"), { method: "HEAD", headers: { accept } })).status;
    expect(await status("application/vnd.docker.distribution.manifest.v2+json")).toBe(404);
    expect(await status(`text/plain, ${manifestType};q=0.5`)).toBe(200);
    expect(await status(`${manifestType};q=0, text/plain`)).toBe(404);
    expect(await status("*/*")).toBe(200);
  });

  it("says MANIFEST_UNKNOWN for an unknown tag", async () => {
    const response = await call(registry, manifestPath("absent"));
    expect([response.status, await errorCode(response)]).toEqual([404, "MANIFEST_UNKNOWN"]);
  });
});
