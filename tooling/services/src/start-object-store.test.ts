import { describe, expect, it } from "vitest";
import { serviceOrSkip } from "./require.mjs";
import { signS3Request } from "./sign-s3-request.mjs";
import { startObjectStore } from "./start-object-store.mjs";

for (const kind of ["versitygw", "moto", "s3rver", "minio"] as const) {
  describe.skipIf(!serviceOrSkip(kind))(`object store ${kind}`, () => {
    it("keeps an object in a bucket, gives a part of it, and logs what came to its endpoint", async () => {
      await using store = await startObjectStore(kind);
      await store.createBucket("acme");
      expect(
        (await store.request("PUT", "/acme/blobs/a%20b?x-id=PutObject", { body: "0123456789" })).status,
      ).toBe(200);
      const url = new URL("/acme/blobs/a%20b?x-id=GetObject", store.endpoint);
      const headers = signS3Request(store, { method: "GET", url, body: "", headers: { range: "bytes=2-4" } });
      const answer = await fetch(url, { headers });
      expect([answer.status, await answer.text()]).toEqual([206, "234"]);
      expect(store.accessLog()).toEqual([
        {
          method: "GET",
          path: "/acme/blobs/a%20b",
          query: "x-id=GetObject",
          authScheme: "AWS4-HMAC-SHA256",
          hasCookie: false,
          range: "bytes=2-4",
          contentRange: undefined,
          contentLength: undefined,
          fault: undefined,
          status: 206,
        },
      ]);
      expect((await store.request("GET", "/acme/absent")).status).toBe(404);
    });
  });
}

describe.skipIf(!serviceOrSkip("versitygw"))("object store versitygw", () => {
  it("refuses what is not signed, and what is signed with another key", async () => {
    await using store = await startObjectStore("versitygw");
    await store.createBucket("acme");
    const url = new URL("/acme/a", store.endpoint);
    expect((await fetch(url)).status).toBe(403);
    const headers = signS3Request({ ...store, secretAccessKey: "other" }, { method: "GET", url, body: "" });
    expect((await fetch(url, { headers })).status).toBe(403);
    expect(store.accessLog().map(({ authScheme }) => authScheme)).toEqual([undefined, "AWS4-HMAC-SHA256"]);
  });
});
