import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  blobPath,
  bodyOf,
  call,
  manifestBytes,
  manifestPath,
  manifestType,
  putManifest,
  repository,
} from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";

const content = Buffer.from("0123456789");
const digest = digestOf(content);
let registry: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
  registry.store.putBlob(repository, content);
  await putManifest(registry, "v1", manifestBytes(registry));
});
afterEach(() => registry.close());

const getBlob = (headers: Record<string, string> = {}, method = "GET") =>
  call(registry, blobPath(digest), { headers, method });

describe("read quirks", () => {
  it("range ignored: 200 with everything", async () => {
    registry.setQuirks({ range: "ignored" });
    const response = await getBlob({ range: "bytes=2-4" });
    expect([response.status, response.headers.get("accept-ranges")]).toEqual([200, null]);
    expect(await bodyOf(response)).toEqual(content);
  });

  it("range shifted: a 206 for other bytes than those asked for", async () => {
    registry.setQuirks({ range: "shifted" });
    const response = await getBlob({ range: "bytes=2-4" });
    expect([response.status, response.headers.get("content-range")]).toEqual([206, "bytes 3-5/10"]);
    expect(await response.text()).toBe("345");
  });

  it("range past the end cuts the connection", async () => {
    registry.setQuirks({ rangePastEnd: "connection-cut" });
    await expect(getBlob({ range: "bytes=10-" })).rejects.toThrow();
    expect(registry.log.at(-1)?.status).toBe(0);
  });

  it.each([
    ["absent", null, null],
    ["other-algorithm", digestOf(content, "sha512"), /^sha512:/],
    ["wrong", /^sha256:/, /^sha256:/],
  ] as const)("digest header %s", async (digestHeader, blob, manifest) => {
    registry.setQuirks({ digestHeader });
    const matches = (value: string | null, wanted: string | RegExp | null) =>
      wanted instanceof RegExp ? expect(value).toMatch(wanted) : expect(value).toBe(wanted);
    const shown = (await getBlob({}, "HEAD")).headers.get("docker-content-digest");
    matches(shown, blob);
    expect(shown).not.toBe(digest);
    const bytes = manifestBytes(registry);
    const read = await call(registry, manifestPath("v1"), { method: "HEAD" });
    matches(read.headers.get("docker-content-digest"), manifest);
    const written = (await putManifest(registry, "v1", bytes)).headers.get("docker-content-digest");
    expect(written).toBe(read.headers.get("docker-content-digest"));
    expect(written).not.toBe(digestOf(bytes));
  });

  it("no ETag: conditions are not read", async () => {
    const etag = (await getBlob()).headers.get("etag") ?? "";
    registry.setQuirks({ etagAbsent: true });
    const response = await getBlob({ "if-none-match": etag });
    expect([response.status, response.headers.get("etag")]).toEqual([200, null]);
  });

  it("Accept required: a wildcard or none is 404", async () => {
    registry.setQuirks({ acceptRequired: true });
    const head = (headers: Record<string, string>) =>
      call(registry, manifestPath("v1"), { method: "HEAD", headers });
    expect((await head({ accept: "*/*" })).status).toBe(404);
    expect((await head({ accept: manifestType })).status).toBe(200);
    const bare = await new Promise<number | undefined>((resolve, reject) => {
      const { hostname, port } = new URL(registry.url);
      const path = manifestPath("v1");
      request({ hostname, port, path, method: "HEAD" }, (answer) => resolve(answer.statusCode))
        .on("error", reject)
        .end();
    });
    expect(bare).toBe(404);
  });

  it("schema 1 for who does not ask for OCI types", async () => {
    registry.setQuirks({ schema1WithoutAccept: true });
    const old = await call(registry, manifestPath("v1"));
    expect(old.headers.get("content-type")).toContain("manifest.v1+prettyjws");
    expect(await old.json()).toMatchObject({ schemaVersion: 1 });
    const asked = await call(registry, manifestPath("v1"), { headers: { accept: manifestType } });
    expect(await asked.json()).toMatchObject({ schemaVersion: 2 });
  });

  it("blob length absent", async () => {
    registry.setQuirks({ blobLengthAbsent: true });
    expect((await getBlob({}, "HEAD")).headers.get("content-length")).toBeNull();
    const response = await getBlob();
    expect(response.headers.get("transfer-encoding")).toBe("chunked");
    expect(await bodyOf(response)).toEqual(content);
  });

  it("JSON compressed for who accepts it", async () => {
    registry.setQuirks({ jsonCompressed: true });
    const raw = await new Promise<Buffer>((resolve, reject) => {
      const headers = { "accept-encoding": "gzip" };
      request(`${registry.url}/v2/${repository}/tags/list`, { headers }, async (answer) => {
        expect(answer.headers["content-encoding"]).toBe("gzip");
        resolve(Buffer.concat(await answer.toArray()));
      })
        .on("error", reject)
        .end();
    });
    expect(JSON.parse(gunzipSync(raw).toString())).toEqual({ name: repository, tags: ["v1"] });
    const plain = await call(registry, manifestPath("v1"), { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
  });
});

describe("blob redirect", () => {
  it("sends the client to a presigned address on the second origin, where ranges work", async () => {
    registry.setQuirks({ blobRedirect: {} });
    const response = await getBlob({ authorization: "Bearer secret" });
    const location = response.headers.get("location") ?? "";
    expect([response.status, new URL(location).origin]).toEqual([307, registry.secondUrl]);
    expect(location).toContain("X-Amz-Signature=");
    const followed = await call(registry, location, { headers: { range: "bytes=2-4" } });
    expect([followed.status, await followed.text()]).toEqual([206, "234"]);
    expect(registry.log.at(-1)).toMatchObject({ listener: "second" });
    expect(registry.log.at(-1)?.authorization).toBeUndefined();
  });

  it("notices credentials that came along, and refuses them when told to", async () => {
    registry.setQuirks({ blobRedirect: { status: 302, refusesAuthorization: true } });
    const response = await getBlob();
    expect(response.status).toBe(302);
    const location = response.headers.get("location") ?? "";
    expect((await call(registry, location, { headers: { authorization: "Bearer x" } })).status).toBe(400);
    expect(registry.log.at(-1)?.authorization).toBe("bearer");
  });

  it("expires by uses and by time, and knows its signatures", async () => {
    registry.setQuirks({ blobRedirect: { uses: 1 } });
    const once = (await getBlob()).headers.get("location") ?? "";
    expect([(await call(registry, once)).status, (await call(registry, once)).status]).toEqual([200, 403]);
    registry.setQuirks({ blobRedirect: { lifetimeMilliseconds: 0 } });
    const late = (await getBlob()).headers.get("location") ?? "";
    expect((await call(registry, late)).status).toBe(403);
    expect((await call(registry, late.replace(/.$/, "!"))).status).toBe(403);
  });

  it("leaves HEAD with the registry", async () => {
    registry.setQuirks({ blobRedirect: {} });
    expect((await getBlob({}, "HEAD")).status).toBe(200);
  });
});
