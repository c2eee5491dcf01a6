import { describe, expect, it } from "vitest";
import { serviceOrSkip } from "./require.mjs";
import { signAzureRequest } from "./sign-azure-request.mjs";
import { startAzureStore } from "./start-azure-store.mjs";
import { startGcsStore } from "./start-gcs-store.mjs";

describe.skipIf(!serviceOrSkip("azurite"))("Azure's Blob service", () => {
  it("has the container that was made, for the account and nobody else", async () => {
    await using store = await startAzureStore();
    await store.createContainer("acme");
    const url = new URL(`${store.endpoint}/acme?restype=container&comp=list`);
    const listed = await fetch(url, { headers: signAzureRequest(store, { method: "GET", url }) });
    expect([listed.status, (await listed.text()).includes("<Blobs")]).toEqual([200, true]);
    expect((await fetch(url)).status).toBeGreaterThanOrEqual(400);
    expect(store.accessLog().map(({ authScheme }) => authScheme)).toEqual(["SharedKey", undefined]);
  });
});

describe.skipIf(!serviceOrSkip("fake-gcs-server"))("Google's Cloud Storage", () => {
  it("takes an object in parts, at an address that leads past the log", async () => {
    await using store = await startGcsStore();
    await store.createBucket("acme");
    const begun = await fetch(
      `${store.endpoint}/upload/storage/v1/b/acme/o?uploadType=resumable&name=blobs/a`,
      { method: "POST" },
    );
    const session = begun.headers.get("location") ?? "";
    expect(session.startsWith(store.endpoint)).toBe(true);
    expect((await fetch(session, { method: "PUT", body: "0123456789" })).status).toBe(200);
    const url = `${store.endpoint}/storage/v1/b/acme/o/blobs%2Fa?alt=media`;
    const part = await fetch(url, { headers: { range: "bytes=2-4" } });
    expect([part.status, await part.text()]).toEqual([206, "234"]);
    expect(store.accessLog()).toHaveLength(3);
  });
});
